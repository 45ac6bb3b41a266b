/**
 * Lines, progress bars and tables on a terminal, and what Ctrl-C does. Start with {@link
 * io.beamgrad.terminal.Terminal}.
 */
package io.beamgrad.terminal;

/**
 * Lines, progress bars and tables on a terminal. Start with {@link io.beamgrad.terminal.Terminal}.
 */
package io.beamgrad.terminal;

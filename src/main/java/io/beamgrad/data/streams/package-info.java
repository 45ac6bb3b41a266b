/**
 * The bytes of source files: read from a disk or an address, told by how they begin, and unpacked,
 * as a whole or the pages within. Start with {@link io.beamgrad.data.streams.SourceStream}.
 */
package io.beamgrad.data.streams;

package io.beamgrad.data.rows;

/**
 * Where a row comes from.
 *
 * @param file the identity of its file
 * @param record its number there, from 0, rejected records counted
 */
public record RowOrigin(String file, long record) {}

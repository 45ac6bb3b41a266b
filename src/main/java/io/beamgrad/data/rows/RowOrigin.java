package io.beamgrad.data.rows;

/**
 * The file and record that a row comes from.
 *
 * @param file the identity of its file
 * @param record the number of its record in the file, from 0; rejected records count
 */
public record RowOrigin(String file, long record) {}

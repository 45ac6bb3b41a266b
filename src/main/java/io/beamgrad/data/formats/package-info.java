/**
 * The formats of files, CSV, JSON lines, Avro, Parquet, IDX and pictures, plain or packed: each has
 * one reader, which gives rows or says what is wrong with a record. Start with {@link
 * io.beamgrad.data.formats.Format}.
 */
package io.beamgrad.data.formats;

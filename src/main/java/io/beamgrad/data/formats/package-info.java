/**
 * One reader for each format of files, CSV, JSON lines, Avro, Parquet, IDX and PNG, plain or
 * packed; each gives rows or says what is wrong with a record. Start with {@link
 * io.beamgrad.data.formats.RecordReader}.
 */
package io.beamgrad.data.formats;

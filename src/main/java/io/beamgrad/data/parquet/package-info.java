/**
 * What is inside of a Parquet file: its schema as the fields of rows, and its pages decoded into
 * the values that columns take. Start with {@link io.beamgrad.data.parquet.ParquetFile}.
 */
package io.beamgrad.data.parquet;

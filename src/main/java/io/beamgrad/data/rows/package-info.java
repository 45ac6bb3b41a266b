/**
 * What a column and a row are: values in columns, which know how they are copied, hashed, shown and
 * encoded; and how the text or number of one field is parsed and found faulty. Start with {@link
 * io.beamgrad.data.rows.RawColumn}, then {@link io.beamgrad.data.rows.FieldParser}.
 */
package io.beamgrad.data.rows;

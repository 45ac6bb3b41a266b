/**
 * Rows and columns: columns of values, which copy, hash, format and encode them; and the parsing of
 * the text or number of one field. Start with {@link io.beamgrad.data.rows.RawColumn}, then {@link
 * io.beamgrad.data.rows.FieldParser}.
 */
package io.beamgrad.data.rows;

/**
 * What a column and a row are, and how the text or number of one field is parsed, found faulty, and
 * shown. Start with {@link io.beamgrad.data.rows.FieldParser}.
 */
package io.beamgrad.data.rows;

/**
 * The handwritten digits that are drawn for the first training, and for data that drift. Start with
 * {@link io.beamgrad.data.digits.DigitImages}.
 */
package io.beamgrad.data.digits;

/**
 * How the values of columns are distributed, for a first guess at a table and for comparing new
 * rows with those of before. Start with {@link io.beamgrad.data.profile.DataProfiler}.
 */
package io.beamgrad.data.profile;

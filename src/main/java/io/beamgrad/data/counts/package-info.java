/**
 * Counters that are exact and can be merged, so that neither the order of rows nor the number of
 * workers shows in what is learned from them. Start with {@link io.beamgrad.data.counts.ExactSum}.
 */
package io.beamgrad.data.counts;

/**
 * The trials of a sweep: which ones there are, the stages of a halving, and their ranks. What
 * trains them is in {@code transforms}. Start with {@link io.beamgrad.sweep.SweepSpec}.
 */
package io.beamgrad.sweep;

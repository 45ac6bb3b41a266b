/**
 * What {@code scripts/bench} needs and tests can see: its arguments and the tables that it draws.
 * The measurements themselves are in {@code src/benchmarks}, as they need JMH.
 */
package io.beamgrad.benchmarks;

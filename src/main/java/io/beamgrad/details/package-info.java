/**
 * The few rows and figures that a person is shown of a job: samples, the worst mistakes, summaries
 * and importance of columns. Start with {@link io.beamgrad.details.DetailRows}.
 */
package io.beamgrad.details;

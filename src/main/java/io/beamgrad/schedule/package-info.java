/**
 * Retraining at the times of a cron expression, with a page that says how it goes. Start with
 * {@link io.beamgrad.schedule.Scheduler}.
 */
package io.beamgrad.schedule;

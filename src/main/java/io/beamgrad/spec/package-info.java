/**
 * A job's YAML file: its keys with their meanings and bounds, what {@code --set} changes, and the
 * plan that is made of it. Start with {@link io.beamgrad.spec.JobSpec}.
 */
package io.beamgrad.spec;

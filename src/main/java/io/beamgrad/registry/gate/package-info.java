/**
 * Whether new data may be trained on, and whether a challenger is better than the version in
 * service: functions of counts and scores, with their limits and reasons. Start with {@link
 * io.beamgrad.registry.gate.Gate}.
 */
package io.beamgrad.registry.gate;

/**
 * Optimisers, learning-rate schedules, and what is done to gradients before a step. It uses tensors
 * and the JDK alone. Start with {@link io.beamgrad.optim.Optimizer}.
 */
package io.beamgrad.optim;

/**
 * Modules, their parameters, and losses, in PyTorch's words. It uses tensors and the JDK alone.
 * Start with {@link io.beamgrad.nn.Module}.
 */
package io.beamgrad.nn;

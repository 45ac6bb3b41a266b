/**
 * Tensors with automatic gradients: float32, dense, row-major, and rows that are mostly zeros. Each
 * operation checks its shapes and then runs a plain loop or a vector kernel, which add in the same
 * order and so give the same bits. It uses the JDK alone. Start with {@link
 * io.beamgrad.tensor.Tensor}.
 */
package io.beamgrad.tensor;

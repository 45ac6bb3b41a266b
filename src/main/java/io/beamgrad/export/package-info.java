/**
 * A model in other formats: ONNX, npz, and what of a model these can say. Start with {@link
 * io.beamgrad.export.OnnxFile}.
 */
package io.beamgrad.export;

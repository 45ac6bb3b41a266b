/** Models in other formats: ONNX and npz. Start with {@link io.beamgrad.export.OnnxFile}. */
package io.beamgrad.export;

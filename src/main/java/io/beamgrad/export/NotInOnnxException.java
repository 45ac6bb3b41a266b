package io.beamgrad.export;

/** Thrown where ONNX cannot express a column; the message says why. */
final class NotInOnnxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotInOnnxException(String message) {
    super(message);
  }
}

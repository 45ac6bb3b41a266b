package io.beamgrad.export;

/** Something that ONNX has no words for; the message says what. */
final class NotInOnnxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotInOnnxException(String message) {
    super(message);
  }
}

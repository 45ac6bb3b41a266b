package io.beamgrad.data;

import io.beamgrad.schema.FileFormat;

/** The reader of each format. */
public final class Readers {
  private Readers() {}

  public static RecordReader of(FileFormat format) {
    return switch (format) {
      case IDX -> new IdxReader();
      case CSV -> null;
    };
  }
}

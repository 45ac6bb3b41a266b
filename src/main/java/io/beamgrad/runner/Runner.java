package io.beamgrad.runner;

import java.util.Locale;

/** Who runs a pipeline. */
public enum Runner {
  DIRECT,
  FLINK;

  /** The name as it is typed in options. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.beamgrad.runner;

import java.util.Locale;

/** Who runs a pipeline. */
public enum Runner {
  DIRECT,
  FLINK;

  /** As it is typed. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

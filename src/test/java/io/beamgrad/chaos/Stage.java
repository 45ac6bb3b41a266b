package io.beamgrad.chaos;

/** What a run is doing, as far as its folder shows it. */
enum Stage {
  START("start"),
  INGEST("ingest"),
  BLOCKS("blocks"),
  PLAN("before epoch 0"),
  EPOCH("epoch"),
  BETWEEN_EPOCHS("between epochs"),
  SINKS("sinks"),
  CLEAN_UP("clean-up"),
  WHOLE("whole");

  private final String text;

  Stage(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}

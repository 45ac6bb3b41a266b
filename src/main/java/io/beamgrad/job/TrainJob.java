package io.beamgrad.job;

/** Runs a training job. */
final class TrainJob {
  private TrainJob() {}

  static void run(TrainRequest request, Terminal terminal) {
    throw new UnsupportedOperationException("training is not wired yet");
  }
}

package io.beamgrad.chaos;

import java.util.random.RandomGenerator;

/**
 * When a process is killed: so long after a run has come to a stage.
 *
 * @param epoch for the stages in the midst of the training: after this one's checkpoint
 */
record Moment(Stage stage, int epoch, long delayMillis) {

  /** A moment at random. A stage is short, so what was really hit is looked at after the kill. */
  static Moment random(Stage stage, Training training, Victim victim, RandomGenerator random) {
    int epoch = random.nextInt(training.epochs() - 1);
    int mostMillis =
        switch (stage) {
          case INGEST -> victim.isOnCluster() ? 2000 : 1500;
          case BLOCKS -> 60;
          case EPOCH -> training.epochMillis();
          case SINKS -> victim == Victim.LAUNCHER ? 500 : 60;
          default -> 0;
        };
    return new Moment(stage, epoch, mostMillis == 0 ? 0 : random.nextInt(mostMillis));
  }

  /** As soon as a run has come to a stage, after a quarter of its epochs. */
  static Moment start(Stage stage, Training training) {
    return new Moment(stage, training.epochs() / 4, 0);
  }

  /** A second try, earlier in the stage, for where the stage was over. */
  Moment earlier() {
    return new Moment(stage, Math.max(0, epoch - 1), delayMillis / 3);
  }

  boolean hasCome(RunState state) {
    return switch (stage) {
      case EPOCH ->
          state.epoch() >= epoch
              && (state.step() > 0 || state.stage().compareTo(Stage.BETWEEN_EPOCHS) > 0);
      // Seen while the checkpoint is written aside, or just after.
      case BETWEEN_EPOCHS ->
          state.epoch() > epoch
              || (state.stage() == Stage.BETWEEN_EPOCHS && state.epoch() == epoch);
      default -> state.stage().compareTo(stage) >= 0;
    };
  }
}

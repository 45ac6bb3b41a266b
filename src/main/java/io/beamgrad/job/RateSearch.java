package io.beamgrad.job;

import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.rundir.ProgressPrinter;
import io.beamgrad.rundir.RunFolder;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.TriedRate;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.train.LearningRateFinder;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Looks for a learning rate of a training, which is not made, and shows what it found. */
record RateSearch(SpecTraining training, Terminal terminal) implements Training {
  private static final int SHOWN_EACH = 8; // of the rates that were tried
  private static final int BAR = 40; // characters of the highest loss
  private static final double HIGHEST_SHOWN = 2; // times the loss at first

  @Override
  public JobSpec spec() {
    return training.spec();
  }

  @Override
  public SourceFiles source() {
    return training.source();
  }

  @Override
  public String fingerprint() {
    return training.fingerprint();
  }

  @Override
  public List<String> labels() {
    return training.labels();
  }

  @Override
  public void bringStart(String work) {
    training.bringStart(work);
  }

  @Override
  public TrainingPlan planned(TrainingPlan plan) {
    return TrainingPlan.newBuilder(training.planned(plan)).setFindLr(true).build();
  }

  @Override
  public boolean isDoneBy(Outcome outcome) {
    List<TriedRate> tried = outcome.getTriedRates();
    terminal.heading("     rate          loss", "");
    double most = tried.isEmpty() ? 0 : HIGHEST_SHOWN * tried.get(0).getLoss();
    for (int i = 0; i < tried.size(); i += SHOWN_EACH) {
      double loss = tried.get(i).getLoss();
      int length = (int) Math.max(0, Math.min(BAR, Math.rint(loss / most * BAR)));
      terminal.line(
          String.format(
                  Locale.ROOT,
                  "%9.1e  %12s  %s",
                  tried.get(i).getRate(),
                  ProgressPrinter.number(loss),
                  "#".repeat(length))
              .stripTrailing());
    }
    terminal.line(found(tried));
    return true;
  }

  private static String found(List<TriedRate> tried) {
    OptionalDouble rate =
        LearningRateFinder.suggestion(
            tried.stream()
                .map(one -> new LearningRateFinder.Tried(one.getRate(), one.getLoss()))
                .toList());
    if (rate.isEmpty()) {
      return "no rate among these makes the loss fall; see whether inputs and target are scaled";
    }
    String text =
        new BigDecimal(rate.getAsDouble())
            .round(new MathContext(2))
            .stripTrailingZeros()
            .toString();
    return "learning rate %s, at which the loss falls fastest: --set optimizer.lr=%s"
        .formatted(text, text);
  }

  @Override
  public void keep(RunFolder folder, TrainingPlan plan, Outcome outcome) {}

  /** Nothing of a run that is not made. */
  @Override
  public void tell(Runnable lines) {}

  @Override
  public void await(Wait wait, Runnable onExit, Runnable onInterrupt) throws InterruptedException {
    training.await(wait, () -> {}, onInterrupt);
  }
}

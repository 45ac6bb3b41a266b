package io.beamgrad.transforms;

import io.beamgrad.predict.PredictionParts;
import io.beamgrad.predict.PredictionSettings;
import io.beamgrad.schema.PredictionPart;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Joins the parts of a bounded collection in the global window to one file of predictions, and one
 * of rejects, in the order of source files and records, whatever order the parts come in. Each file
 * appears whole or not at all, and none where a source file was broken. One worker copies the
 * parts' files, without holding them. Replayed, it replaces the files by the same.
 */
public final class WritePredictions extends PTransform<PCollection<PredictionPart>, PDone> {
  private final PredictionSettings settings;
  private final String path;
  private final @Nullable String rejects;

  private WritePredictions(PredictionSettings settings, String path, @Nullable String rejects) {
    this.settings = settings;
    this.path = path;
    this.rejects = rejects;
  }

  public static WritePredictions to(String path, PredictionSettings settings) {
    return new WritePredictions(settings, path, null);
  }

  /** The same, and a file of rejects; null for none. */
  public WritePredictions withRejects(@Nullable String file) {
    return new WritePredictions(settings, path, file);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException where there are windows or no end: each would replace the file
   *     of the one before
   */
  @Override
  public PDone expand(PCollection<PredictionPart> parts) {
    if (!(parts.getWindowingStrategy().getWindowFn() instanceof GlobalWindows)
        || parts.isBounded() != PCollection.IsBounded.BOUNDED) {
      throw new IllegalArgumentException(
          "WritePredictions: %s: expected a bounded collection in the global window, found %s in %s"
              .formatted(
                  path,
                  parts.isBounded(),
                  parts.getWindowingStrategy().getWindowFn().getClass().getSimpleName()));
    }
    parts
        .apply(
            "OneKey",
            WithKeys.<Integer, PredictionPart>of(0).withKeyType(TypeDescriptors.integers()))
        .apply("Gather", GroupByKey.create())
        .apply("Join", ParDo.of(new JoinFn(settings, path, rejects)));
    return PDone.in(parts.getPipeline());
  }

  private static final class JoinFn extends DoFn<KV<Integer, Iterable<PredictionPart>>, Void> {
    private final PredictionSettings settings;
    private final String path;
    private final @Nullable String rejects;

    JoinFn(PredictionSettings settings, String path, @Nullable String rejects) {
      this.settings = settings;
      this.path = path;
      this.rejects = rejects;
    }

    @ProcessElement
    public void process(@Element KV<Integer, Iterable<PredictionPart>> gathered) {
      List<PredictionPart> parts = new ArrayList<>();
      gathered.getValue().forEach(parts::add);
      PredictionParts.join(settings, parts, path, rejects);
    }
  }
}

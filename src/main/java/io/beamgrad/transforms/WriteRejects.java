package io.beamgrad.transforms;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.schema.Reject;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/**
 * Writes the rejects of an ingest, which readers have put aside, to one file, by file and record;
 * no file where there are none. It appears whole or not at all, and some thousand rejects at a time
 * are in memory. Replayed, it replaces the file by the same.
 */
public final class WriteRejects extends PTransform<PCollection<List<String>>, PDone> {
  private final String path;

  private WriteRejects(String path) {
    this.path = path;
  }

  public static WriteRejects to(String path) {
    return new WriteRejects(path);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException where there are windows: each would replace the rejects of the
   *     one before
   */
  @Override
  public PDone expand(PCollection<List<String>> aside) {
    WindowFn<?, ?> windows = aside.getWindowingStrategy().getWindowFn();
    if (!(windows instanceof GlobalWindows)) {
      throw new IllegalArgumentException(
          "WriteRejects: %s: expected the global window, found %s"
              .formatted(path, windows.getClass().getSimpleName()));
    }
    aside.apply("Write", ParDo.of(new WriteFn(path)));
    return PDone.in(aside.getPipeline());
  }

  private static final class WriteFn extends DoFn<List<String>, Void> {
    private final String path;

    WriteFn(String path) {
      this.path = path;
    }

    @ProcessElement
    public void process(@Element List<String> aside) {
      RecordFile.of(Reject.class).concatenate(path, aside);
    }
  }
}

package io.beamgrad.transforms;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.schema.Reject;
import java.util.List;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PCollection;

/**
 * Writes the rejects of an ingest, which readers have put aside, to one file a window, by file and
 * record; no file where there are none. It appears whole or not at all, and some thousand rejects
 * at a time are in memory. Gives the path of each file. Replayed, it replaces the file by the same.
 */
public final class WriteRejects extends PTransform<PCollection<List<String>>, PCollection<String>> {
  private final String path;

  private WriteRejects(String path) {
    this.path = path;
  }

  /**
   * @param path in which <code>{window}</code> stands for the window, see {@link Windows}
   */
  public static WriteRejects to(String path) {
    return new WriteRejects(path);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException where there are windows, but the path does not tell them apart
   */
  @Override
  public PCollection<String> expand(PCollection<List<String>> aside) {
    Windows.requireTold("WriteRejects", path, aside);
    return aside.apply("Write", ParDo.of(new WriteFn(path))).setCoder(StringUtf8Coder.of());
  }

  private static final class WriteFn extends DoFn<List<String>, String> {
    private final String path;

    WriteFn(String path) {
      this.path = path;
    }

    @ProcessElement
    public void process(
        @Element List<String> aside, BoundedWindow window, OutputReceiver<String> out) {
      String to = Windows.path(path, window);
      RecordFile.of(Reject.class).concatenate(to, aside);
      out.output(to);
    }
  }
}

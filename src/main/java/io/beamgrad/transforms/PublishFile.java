package io.beamgrad.transforms;

import io.beamgrad.data.files.Storage;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PCollection;

/**
 * Copies a file of each window from the work folder to its final name, in one step. Gives the final
 * names. Replayed, it publishes the same file again.
 */
public final class PublishFile extends PTransform<PCollection<String>, PCollection<String>> {
  private final String path;

  private PublishFile(String path) {
    this.path = path;
  }

  /**
   * @param path the final name, in which <code>{window}</code> stands for the start of the window,
   *     see {@link Windows}
   */
  public static PublishFile to(String path) {
    return new PublishFile(path);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException where there are windows, but the name does not tell them apart
   */
  @Override
  public PCollection<String> expand(PCollection<String> files) {
    Windows.requireTold("PublishFile", path, files);
    return files.apply("Publish", ParDo.of(new PublishFn(path))).setCoder(StringUtf8Coder.of());
  }

  private static final class PublishFn extends DoFn<String, String> {
    private final String path;

    PublishFn(String path) {
      this.path = path;
    }

    @ProcessElement
    public void process(@Element String from, BoundedWindow window, OutputReceiver<String> out) {
      String to = Windows.path(path, window);
      Storage.copy(from, to);
      out.output(to);
    }
  }
}

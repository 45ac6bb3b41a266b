package io.beamgrad.transforms;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.schema.Manifest;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/**
 * Writes the one manifest of an ingest, by which a restart finds its blocks. The file appears whole
 * or not at all. Replayed, it replaces the file by the same.
 */
public final class WriteManifest extends PTransform<PCollection<Manifest>, PDone> {
  private final String path;

  private WriteManifest(String path) {
    this.path = path;
  }

  public static WriteManifest to(String path) {
    return new WriteManifest(path);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException where there are windows: each would replace the manifest of
   *     the one before
   */
  @Override
  public PDone expand(PCollection<Manifest> manifests) {
    WindowFn<?, ?> windows = manifests.getWindowingStrategy().getWindowFn();
    if (!(windows instanceof GlobalWindows)) {
      throw new IllegalArgumentException(
          "WriteManifest: %s: expected the global window, found %s"
              .formatted(path, windows.getClass().getSimpleName()));
    }
    manifests.apply("Write", ParDo.of(new WriteFn(path)));
    return PDone.in(manifests.getPipeline());
  }

  private static final class WriteFn extends DoFn<Manifest, Void> {
    private final String path;

    WriteFn(String path) {
      this.path = path;
    }

    @ProcessElement
    public void process(@Element Manifest manifest) {
      RecordFile.of(Manifest.class).write(path, List.of(manifest));
    }
  }
}

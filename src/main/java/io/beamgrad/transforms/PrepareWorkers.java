package io.beamgrad.transforms;

import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.tensor.Kernels;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes its elements on as they are. Each worker, before it gets the first, makes sure that it
 * sees the run's folder, and lets the JIT compile the kernels; one without vector kernels leaves a
 * note in the folder.
 *
 * @param <T> the elements
 */
public final class PrepareWorkers<T> extends PTransform<PCollection<T>, PCollection<T>> {
  private final String mark;
  private final String content;
  private final String plainKernelsNote;

  private PrepareWorkers(String mark, String content, String plainKernelsNote) {
    this.mark = mark;
    this.content = content;
    this.plainKernelsNote = plainKernelsNote;
  }

  /**
   * @param mark a file in the run's folder
   * @param content what is in that file
   * @param plainKernelsNote the file that a worker writes which has no vector kernels; in it is the
   *     worker's host
   */
  public static <T> PrepareWorkers<T> of(String mark, String content, String plainKernelsNote) {
    return new PrepareWorkers<>(mark, content, plainKernelsNote);
  }

  /**
   * {@inheritDoc} A worker that does not find the mark throws {@link MissingDataException}, which
   * ends the job.
   */
  @Override
  public PCollection<T> expand(PCollection<T> elements) {
    return elements
        .apply("Prepare", ParDo.of(new PrepareFn<>(mark, content, plainKernelsNote)))
        .setCoder(elements.getCoder());
  }

  private static final class PrepareFn<T> extends DoFn<T, T> {
    private static final Logger LOG = LoggerFactory.getLogger(PrepareWorkers.class);
    private static final AtomicBoolean WARM = new AtomicBoolean();

    private final String mark;
    private final String content;
    private final String plainKernelsNote;

    PrepareFn(String mark, String content, String plainKernelsNote) {
      this.mark = mark;
      this.content = content;
      this.plainKernelsNote = plainKernelsNote;
    }

    @Setup
    public void setup() {
      byte[] expected = content.getBytes(StandardCharsets.UTF_8);
      if (!Storage.readIfThere(mark).filter(found -> Arrays.equals(found, expected)).isPresent()) {
        throw new MissingDataException(
            ("%s: the worker on %s does not see this file; on a cluster the work folder (in --out, or"
                    + " --work) must be one that all workers share")
                .formatted(mark, host()));
      }
      if (WARM.compareAndSet(false, true)) {
        if (Kernels.current().toString().startsWith("plain")) {
          LOG.warn("no jdk.incubator.vector in this Java: training with plain kernels");
          String host = host();
          Storage.write(plainKernelsNote, out -> out.write(host.getBytes(StandardCharsets.UTF_8)));
        }
        Kernels.warmUpInBackground();
      }
    }

    @ProcessElement
    public void process(@Element T element, OutputReceiver<T> out) {
      out.output(element);
    }

    private static String host() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        return "an unknown host";
      }
    }
  }
}

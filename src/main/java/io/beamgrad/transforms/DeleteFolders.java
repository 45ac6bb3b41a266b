package io.beamgrad.transforms;

import io.beamgrad.data.files.Storage;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PDone;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Deletes folders of a window when all files of that window are written, which are given by their
 * paths.
 *
 * <p>Folders and paths meet in a group of their window: it is complete when whatever writes them
 * has ended. Deleting is safe to do again. On a stream, a runner that goes back to a checkpoint
 * must not find folders gone that it is to read again; so there a folder is deleted only when the
 * runner says that the element which names it will not come again ({@link DoFn.BundleFinalizer}).
 * Flink says so after a checkpoint: without {@code --checkpointingInterval} folders stay. A worker
 * that is lost between the checkpoint and deleting leaves a folder behind, as the direct runner may
 * that of the last window. A bounded pipeline that fails later is started again from its sources,
 * and writes the folders anew.
 */
public final class DeleteFolders extends PTransform<PCollection<String>, PDone> {
  private final PCollectionList<String> written;

  private DeleteFolders(PCollectionList<String> written) {
    this.written = written;
  }

  /**
   * @param written has the paths of what must be there before, in the windows of the folders
   */
  public static DeleteFolders after(List<PCollection<String>> written) {
    return new DeleteFolders(PCollectionList.of(written));
  }

  @Override
  public PDone expand(PCollection<String> folders) {
    PCollection<KV<Integer, String>> paths =
        written.apply("Written", Flatten.pCollections()).apply("Await", ParDo.of(new AwaitFn()));
    PCollection<KV<Integer, String>> keyed = folders.apply("OneKey", ParDo.of(new OneKeyFn()));
    KvCoder<Integer, String> coder = KvCoder.of(VarIntCoder.of(), StringUtf8Coder.of());
    PCollection<KV<Integer, Iterable<String>>> gathered =
        PCollectionList.of(keyed.setCoder(coder))
            .and(paths.setCoder(coder))
            .apply("FoldersAndPaths", Flatten.pCollections())
            .apply("Gather", GroupByKey.create());
    boolean isBounded = gathered.isBounded() == PCollection.IsBounded.BOUNDED;
    gathered.apply("Delete", ParDo.of(isBounded ? new DeleteFn() : new DeleteLaterFn()));
    return PDone.in(folders.getPipeline());
  }

  /** Gives nothing, but holds the group back. */
  private static final class AwaitFn extends DoFn<String, KV<Integer, String>> {
    @ProcessElement
    public void process() {}
  }

  private static final class OneKeyFn extends DoFn<String, KV<Integer, String>> {
    @ProcessElement
    public void process(@Element String folder, OutputReceiver<KV<Integer, String>> out) {
      out.output(KV.of(0, folder));
    }
  }

  private static final class DeleteFn extends DoFn<KV<Integer, Iterable<String>>, Void> {
    @ProcessElement
    public void process(@Element KV<Integer, Iterable<String>> folders) {
      folders.getValue().forEach(Storage::delete);
    }
  }

  private static final class DeleteLaterFn extends DoFn<KV<Integer, Iterable<String>>, Void> {
    private static final Duration PATIENCE = Duration.standardDays(30);

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<String>> folders, BundleFinalizer whenCommitted) {
      for (String folder : folders.getValue()) {
        whenCommitted.afterBundleCommit(Instant.now().plus(PATIENCE), () -> Storage.delete(folder));
      }
    }
  }
}

package io.beamgrad.data.shuffle;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.Reject;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the result of an earlier attempt at an ingest. The result is whole when the manifest is,
 * and all blocks that the manifest names, and the rejected records.
 *
 * @param manifest the manifest's file
 * @param fingerprint the fingerprint that the manifest must have
 * @param rejects the file of the rejected records, which exists where there are any
 * @param columns the columns of the blocks
 */
public record IngestResume(
    String manifest, String fingerprint, String rejects, List<Column> columns)
    implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(IngestResume.class);

  public IngestResume {
    columns = List.copyOf(columns);
  }

  /**
   * The manifest, where all blocks have the rows that were written and no rejects are missing; else
   * empty, and the reason is logged.
   */
  public Optional<Manifest> find() {
    if (!Storage.exists(manifest)) {
      return Optional.empty();
    }
    try {
      Manifest found = RecordFile.of(Manifest.class).read(manifest).get(0);
      requireFingerprint(found);
      requireFormat(found);
      requireRejects(found);
      BlockStore.requireWhole(found.getBlocks(), columns);
      LOG.info("the data is read already: {} blocks", found.getBlocks().size());
      return Optional.of(found);
    } catch (BrokenFileException | UncheckedIOException e) {
      LOG.warn("the data is read again: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private void requireFingerprint(Manifest found) {
    if (!found.getFingerprint().equals(fingerprint)) {
      throw new BrokenFileException(
          "%s: expected the data of fingerprint %s, found %s"
              .formatted(manifest, fingerprint, found.getFingerprint()));
    }
  }

  private void requireFormat(Manifest found) {
    if (found.getBlockFormat() != BlockStore.FORMAT) {
      throw new BrokenFileException(
          "%s: expected blocks of format %s, found %s"
              .formatted(manifest, BlockStore.FORMAT, found.getBlockFormat()));
    }
  }

  private void requireRejects(Manifest found) {
    long rejected = found.getLearned().getRejectedRecords();
    if (rejected > 0) {
      if (!Storage.exists(rejects)) {
        throw new BrokenFileException(
            "%s: no such file, but %s records were rejected".formatted(rejects, rejected));
      }
      RecordFile.of(Reject.class).requireWhole(rejects);
    }
  }
}

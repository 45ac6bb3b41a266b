package io.beamgrad.learner;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.Checkpoint;
import io.beamgrad.train.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one training, one file an epoch, those of a refit counted on, the newest two
 * kept: should the newest turn out to be damaged, the one before it is used. At most one a second
 * is forced to the disk, and kept as well until the next one is, so a power cut takes a second's
 * work at most.
 *
 * <p>Of many short epochs not each is worth one: {@link #isDue} says when training has taken
 * {@value #TRAINING_PER_WRITE} times as long as writing a checkpoint does. Epochs without one are
 * trained again after a stop, to the same bits.
 */
public final class Checkpoints {
  static final int FORMAT_VERSION = 1;

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final RecordFile<Checkpoint> FILES = RecordFile.of(Checkpoint.class);
  private static final int KEPT = 2;
  private static final long FORCE_NANOS = 1_000_000_000;
  private static final int FIRST = 8; // epochs, each of which has one
  private static final long TRAINING_PER_WRITE = 50;
  private static final String SUFFIX = ".avro";
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{16}-[0-9]{8,}\\.avro");

  private final String folder;
  private final String model;
  private final String fingerprint;
  private final String prefix;
  private String forced = ""; // the name of the last one that a power cut leaves
  private final LongSupplier nanoTime;
  private long forcedAt;
  private long writtenAt;
  private long writeNanos; // of the last one

  /**
   * @param folder where the files are; not the folder of anything else
   * @param model its name
   * @param fingerprint hex SHA-256 of all that decides the training: data, plan and seeds
   */
  public Checkpoints(String folder, String model, String fingerprint) {
    this(folder, model, fingerprint, System::nanoTime);
  }

  Checkpoints(String folder, String model, String fingerprint, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.forcedAt = nanoTime.getAsLong();
    this.writtenAt = forcedAt;
    this.folder = folder;
    this.model = model;
    this.fingerprint = fingerprint;
    this.prefix = fingerprint.substring(0, 16) + "-";
  }

  /** Whether the state after an epoch that is not the last one is worth a checkpoint. */
  public boolean isDue(int epoch) {
    return epoch <= FIRST || nanoTime.getAsLong() - writtenAt >= TRAINING_PER_WRITE * writeNanos;
  }

  /**
   * Writes the state after an epoch, whole or not at all, and deletes what is no longer needed:
   * older states, and later ones of a longer training, which would otherwise outlive this one's.
   */
  public void write(Checkpoint checkpoint) {
    long start = nanoTime.getAsLong();
    String written = name(checkpoint.getEpoch() + checkpoint.getRefitEpochs());
    if (nanoTime.getAsLong() - forcedAt < FORCE_NANOS) {
      FILES.writeUnforced(path(written), List.of(checkpoint));
    } else {
      FILES.write(path(written), List.of(checkpoint));
      forced = written;
      forcedAt = nanoTime.getAsLong();
    }
    List<String> names = new ArrayList<>(names());
    for (String later : names) {
      if (later.compareTo(written) > 0) {
        Storage.delete(path(later));
      }
    }
    names.removeIf(name -> name.compareTo(written) > 0);
    for (String old : names.subList(0, Math.max(0, names.size() - KEPT))) {
      if (!old.equals(forced)) {
        Storage.delete(path(old));
      }
    }
    writtenAt = nanoTime.getAsLong();
    writeNanos = writtenAt - start;
  }

  /**
   * The newest whole checkpoint of this training; a damaged one is named in the log and passed.
   * Where other arithmetic or an earlier beamgrad, which named checkpoints in another way, made it
   * there is none to continue.
   *
   * @param maxEpoch later ones, of a longer training, are passed too; those of a refit count on
   * @param note takes what a person is to be told of that
   */
  public Optional<Checkpoint> newest(int maxEpoch, Consumer<String> note) {
    List<String> names =
        names().stream().filter(name -> name.compareTo(name(maxEpoch)) <= 0).toList();
    for (int i = names.size() - 1; i >= 0; i--) {
      try {
        Checkpoint found = FILES.read(path(names.get(i))).get(0);
        if (found.getFormatVersion() == FORMAT_VERSION
            && found.getFingerprint().equals(fingerprint)) {
          forced = names.get(i);
          return isOfThisArithmetic(found, note) ? Optional.of(found) : Optional.empty();
        }
        LOG.warn("{} belongs to another training and is passed", path(names.get(i)));
      } catch (BrokenFileException e) {
        LOG.warn("{}; the checkpoint before it is used", e.getMessage());
      }
    }
    if (names().isEmpty()) {
      noteEarlierBeamgrad(note);
    }
    return Optional.empty();
  }

  /**
   * Says where an earlier beamgrad left the only other training in the folder half done, which has
   * no hashes of weights. Of the checkpoints of several trainings nothing is said: another model or
   * window may own them.
   */
  private void noteEarlierBeamgrad(Consumer<String> note) {
    List<String> others =
        Storage.list(folder).stream().filter(name -> NAME.matcher(name).matches()).toList();
    if (others.stream().map(name -> name.substring(0, prefix.length())).distinct().count() != 1) {
      return;
    }
    try {
      Checkpoint newest = FILES.read(path(others.get(others.size() - 1))).get(0);
      if (newest.getWeightsSha256().isEmpty()
          && newest.getRows().stream().anyMatch(row -> row.getModel().equals(model))) {
        say(
            "training starts anew: its checkpoint of epoch %s is of an earlier beamgrad"
                .formatted(newest.getEpoch()),
            note);
      }
    } catch (BrokenFileException e) {
      LOG.warn("{}; nobody can continue from it", e.getMessage());
    }
  }

  private static boolean isOfThisArithmetic(Checkpoint found, Consumer<String> note) {
    if (found.getArithmetic() == Weights.ARITHMETIC) {
      return true;
    }
    say(
        "training starts anew: its checkpoint of epoch %s is of arithmetic %s, this beamgrad has %s"
            .formatted(found.getEpoch(), found.getArithmetic(), Weights.ARITHMETIC),
        note);
    return false;
  }

  private static void say(String text, Consumer<String> note) {
    LOG.warn(text);
    note.accept(text);
  }

  private List<String> names() {
    return Storage.list(folder).stream()
        .filter(name -> name.startsWith(prefix) && name.endsWith(SUFFIX))
        .toList();
  }

  private String name(int epoch) {
    return String.format(Locale.ROOT, "%s%08d%s", prefix, epoch, SUFFIX);
  }

  private String path(String name) {
    return folder + "/" + name;
  }
}

package io.beamgrad.rundir;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.metrics.RunHashes;
import io.beamgrad.metrics.RunJson;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.RunFile;
import io.beamgrad.terminal.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The output folder of a run. {@code run.json} is written last and says that the run is whole;
 * until then {@code work/} holds what a second attempt needs to go on where the first one stopped.
 * Then {@code work/} is deleted, its file of the fingerprint last, so that a second attempt can
 * tell that the deletion is to be finished. One process at a time works in a folder.
 *
 * <p>The work folder may be elsewhere, where the workers of a cluster see it. The workers then
 * write to that folder alone, and this process copies the results out of it; {@code work/} only
 * says where it is.
 */
public final class RunFolder implements AutoCloseable {
  private static final String MODEL = "model.avro";
  private static final String CHECKPOINT = "checkpoint.avro";
  private static final String METRICS = "metrics.avro";
  private static final String METRICS_CSV = "metrics.csv";
  private static final String DETAILS = "details.avro";
  private static final String PAGE = "report.html";
  private static final String CARD = "README.md";
  private static final String FOLDS = "folds.avro";
  private static final String REJECTS = "rejects.avro";
  private static final String TENSORBOARD = "tensorboard";
  private static final List<String> SPLITS = List.of("train", "validation", "test");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss", Locale.ROOT);

  private static final int LOCK_ATTEMPTS = 4;
  private static final int LOCK_MILLIS = 25;

  private final Path out;
  private final String work;
  private final String fingerprint;
  private final Earlier earlier;
  private final FileChannel lockFile;

  /** What an earlier attempt at the same run has left in the folder. */
  private enum Earlier {
    NOTHING,
    UNFINISHED,
    FINISHED
  }

  private RunFolder(
      Path out, String work, String fingerprint, Earlier earlier, FileChannel lockFile) {
    this.out = out;
    this.work = work;
    this.fingerprint = fingerprint;
    this.earlier = earlier;
    this.lockFile = lockFile;
  }

  /** A new folder's path in {@code runs/NAME}, named by the time. */
  public static Path fresh(String name, LocalDateTime now) {
    Path runs = Path.of("runs", name);
    Path folder = runs.resolve(TIME.format(now));
    for (int i = 2; Files.exists(folder); i++) {
      folder = runs.resolve(TIME.format(now) + "-" + i);
    }
    return folder;
  }

  /**
   * The newest folder in {@code runs/NAME} that holds an unfinished run.
   *
   * @throws WrongInputException where there is none
   */
  public static Path newestUnfinished(String name) throws IOException {
    Path runs = Path.of("runs", name);
    List<Path> unfinished = List.of();
    if (Files.isDirectory(runs)) {
      try (var folders = Files.list(runs)) {
        // The names are times; a second one of the same second ends in a number.
        unfinished = folders.filter(RunFolder::isUnfinished).sorted().toList();
      }
    }
    if (unfinished.isEmpty()) {
      throw new WrongInputException(runs + ": no unfinished run to resume");
    }
    return unfinished.get(unfinished.size() - 1);
  }

  /** True where an attempt at a run was made in the folder and has not finished. */
  public static boolean isUnfinished(Path folder) {
    return hasReport(folder) ? isWorkBeingRemoved(folder) : Files.isDirectory(work(folder));
  }

  /** False also where a power cut has damaged the file, and there is the work to make it anew. */
  private static boolean hasReport(Path folder) {
    try {
      return Files.exists(report(folder))
          && (!Files.isDirectory(work(folder)) || RunJson.read(report(folder)) != null);
    } catch (BrokenFileException e) {
      return false;
    }
  }

  /**
   * Deletes what nothing can go on from: a run that has ended and of which a file is not as {@code
   * run.json} says, and files without a work folder. Of a whole run it deletes what a power cut has
   * brought back of the work folder.
   */
  public static void deleteUnfit(Path folder) {
    if (!hasReport(folder)) {
      if (!Files.isDirectory(work(folder))) {
        Storage.delete(folder.toString());
      }
    } else if (!isWhole(folder)) {
      Storage.delete(folder.toString());
    } else if (!isWorkBeingRemoved(folder)) {
      Storage.delete(work(folder).toString());
    }
  }

  private static boolean isWhole(Path folder) {
    try {
      List<RunFile> files = RunJson.read(report(folder)).getFiles();
      return !files.isEmpty() && RunHashes.of(folder).containsAll(files);
    } catch (BrokenFileException e) {
      return false;
    }
  }

  /**
   * The path or address of a run's work folder.
   *
   * @param given {@code --work}; null where it was not given
   * @throws WrongInputException where it is not the one of the unfinished run in the folder, or
   *     cannot be used
   */
  public static String work(Path folder, @Nullable String given) {
    requireDisk(folder);
    Path out = folder.toAbsolutePath().normalize();
    String usual = out.resolve("work").toString();
    String asked = given == null ? usual : WorkPlace.of(given);
    if (!Storage.isRemote(asked) && out.startsWith(asked)) {
      throw new WrongInputException(
          "--work %s: holds --out, but the work folder is deleted at the end".formatted(given));
    }
    Optional<String> said = text(elsewhere(out));
    if (said.isEmpty() && !Files.exists(mark(out))) {
      return asked;
    }
    String noted = said.orElse(usual);
    if (given != null && !asked.equals(noted)) {
      throw new WrongInputException(
          "%s: the work folder of this unfinished run is %s; leave out --work, or choose another --out"
              .formatted(folder, Terminal.shown(noted)));
    }
    return noted.equals(usual) ? usual : WorkPlace.of(noted);
  }

  private static void requireDisk(Path folder) {
    if (folder.toString().matches("[a-z0-9]+:/.*")) {
      throw new WrongInputException(
          folder + ": --out must be a folder of a disk; --work may be on an object store");
    }
  }

  /**
   * Makes the folder, or opens the one of an unfinished run, or of a finished run whose {@code
   * work/} is not deleted yet.
   *
   * @param work what {@link #work(Path, String)} said
   * @param fingerprint of all that decides the weights
   * @throws WrongInputException where the folder, or a work folder elsewhere, holds a finished run,
   *     one of another fingerprint, one that another process works on, or anything else
   */
  public static RunFolder open(Path folder, String work, String fingerprint) {
    requireDisk(folder);
    Path out = folder.toAbsolutePath().normalize();
    try {
      requireFree(folder, out);
      boolean isNew = !Files.isDirectory(work(out));
      boolean isLocked = false;
      Storage.createFolders(work(out));
      FileChannel lockFile =
          FileChannel.open(
              work(out).resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (!lock(lockFile)) {
          throw new WrongInputException(folder + ": another process is working on this run");
        }
        isLocked = true;
        // It is checked again, now that no other process can change it.
        requireFree(folder, out);
        Earlier earlier = earlier(folder, out, fingerprint);
        if (!work.equals(work(out).toString()) && earlier != Earlier.FINISHED) {
          earlier = isOfThisRun(work, out, fingerprint) ? Earlier.UNFINISHED : earlier;
          writeText(work + "/fingerprint", fingerprint);
          writeText(work + "/out", out.toString());
          writeText(elsewhere(out), work);
        }
        writeText(mark(out).toString(), fingerprint);
        return new RunFolder(out, work, fingerprint, earlier, lockFile);
      } catch (IOException | RuntimeException e) {
        lockFile.close();
        if (isNew && isLocked) {
          Storage.delete(work(out).toString()); // else it would look like an unfinished run
        }
        throw e;
      }
    } catch (IOException e) {
      if (Files.exists(report(out))) {
        throw finished(folder); // another process has just finished it and deleted the work folder
      }
      throw new UncheckedIOException("cannot use " + folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * Checks that a folder is one that {@link #open} may take, before it is opened.
   *
   * @throws WrongInputException where it holds a finished run or other files
   */
  public static void requireUsable(Path folder) throws IOException {
    requireDisk(folder);
    requireFree(folder, folder.toAbsolutePath().normalize());
  }

  private static Earlier earlier(Path folder, Path out, String fingerprint) throws IOException {
    Optional<String> mark = fingerprint(mark(out).toString(), fingerprint.length());
    boolean isSame = mark.equals(Optional.of(fingerprint));
    if (hasReport(out)) {
      if (!isSame) {
        throw finished(folder);
      }
      return Earlier.FINISHED;
    }
    if (mark.isPresent() && !isSame) {
      throw new WrongInputException(
          folder
              + ": holds an unfinished run of another job, other data or another seed;"
              + " choose another --out");
    }
    return isSame ? Earlier.UNFINISHED : Earlier.NOTHING;
  }

  /**
   * True where a work folder elsewhere is of this run already; false where it is empty. That of any
   * other run is an error, as this run deletes it at its end, and an object store has no locks.
   */
  private static boolean isOfThisRun(String work, Path out, String fingerprint) {
    String shown = Terminal.shown(work);
    Optional<String> mark = fingerprint(work + "/fingerprint", fingerprint.length());
    if (mark.isEmpty() && !Storage.isEmptyFolder(work)) {
      throw new WrongInputException(
          shown + ": expected an empty or new folder for --work, found other files");
    }
    String owner = text(work + "/out").orElse(out.toString());
    if (!owner.equals(out.toString())) {
      throw new WrongInputException(
          "%s: is the work folder of the run in %s; choose another --work".formatted(shown, owner));
    }
    if (mark.isPresent() && !mark.get().equals(fingerprint)) {
      throw new WrongInputException(
          shown
              + ": holds the work of another job, other data or another seed; choose another"
              + " --work");
    }
    return mark.isPresent();
  }

  /** The fingerprint in a file; empty where a power cut has left it empty, short or of zeros. */
  private static Optional<String> fingerprint(String path, int length) {
    return text(path).filter(text -> text.length() == length && text.indexOf('\0') < 0);
  }

  private static Optional<String> text(String path) {
    return Storage.readIfThere(path).map(content -> new String(content, UTF_8));
  }

  /** Writes a file, but not where it has the text already, as others may be reading it. */
  private static void writeText(String path, String text) {
    if (!text(path).equals(Optional.of(text))) {
      Storage.write(path, file -> file.write(text.getBytes(UTF_8)));
    }
  }

  /** The file that says where the work folder is; there is none where it is the usual one. */
  private static String elsewhere(Path out) {
    return out.resolve("work/elsewhere").toString();
  }

  /**
   * Checks that a folder is that of an unfinished run, which has {@code work/}, or new or empty.
   */
  private static void requireFree(Path folder, Path out) throws IOException {
    if (hasReport(out) && !isWorkBeingRemoved(out)) {
      if (RunReport.isWorkRemoved(report(out))) {
        // A process left it that died on the last step, or that came while another finished.
        Storage.delete(work(out).toString());
      }
      throw finished(folder);
    }
    // The checks are in this order, as another process may be making the folder.
    if (Files.exists(out) && !isEmpty(out) && !Files.isDirectory(work(out))) {
      throw new WrongInputException(
          folder + ": expected an empty or new folder or an unfinished run, found other files");
    }
  }

  private static boolean isWorkBeingRemoved(Path folder) {
    return Files.exists(mark(folder)) && RunReport.isWorkRemoved(report(folder));
  }

  public static WrongInputException finished(Path folder) {
    return new WrongInputException(folder + ": holds a finished run; choose another --out");
  }

  private static Path work(Path folder) {
    return folder.resolve("work");
  }

  private static Path mark(Path folder) {
    return work(folder).resolve("fingerprint");
  }

  private static Path report(Path folder) {
    return folder.resolve("run.json");
  }

  private static boolean isEmpty(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (var files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  /** Tries for a moment, as {@link #isLocked} holds the lock for as long as it looks. */
  private static boolean lock(FileChannel channel) throws IOException {
    for (int attempt = 0; attempt < LOCK_ATTEMPTS; attempt++) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return true;
        }
        Thread.sleep(LOCK_MILLIS);
      } catch (OverlappingFileLockException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return false;
  }

  /** True while a process works in a folder. */
  public static boolean isLocked(Path folder) {
    try (FileChannel file =
            FileChannel.open(work(folder).resolve("lock"), StandardOpenOption.WRITE);
        FileLock lock = file.tryLock()) {
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true; // in this process
    } catch (IOException e) {
      return false; // there is no such file, or this user may not open it
    }
  }

  /** True where the folder held an unfinished run of the same fingerprint. */
  public boolean isContinued() {
    return earlier == Earlier.UNFINISHED;
  }

  /** True where the run has finished, and only {@link #deleteWork} is left to do. */
  public boolean isFinished() {
    return earlier == Earlier.FINISHED;
  }

  public String path() {
    return out.toString();
  }

  /** Where the pipeline writes its results. */
  public String results() {
    return isWorkElsewhere() ? work + "/results" : out.toString();
  }

  /** The checkpoint, which only a training that was asked to keep it writes. */
  public String checkpoint() {
    return out.resolve(CHECKPOINT).toString();
  }

  /** The model, once the run is published. */
  public String model() {
    return out.resolve(MODEL).toString();
  }

  public String metrics() {
    return results() + "/" + METRICS;
  }

  /** The model card. */
  public String card() {
    return out.resolve(CARD).toString();
  }

  public String page() {
    return out.resolve(PAGE).toString();
  }

  public String rejects() {
    return results() + "/" + REJECTS;
  }

  /** What came of the folds, where the run has some. */
  public String folds() {
    return results() + "/" + FOLDS;
  }

  public String spec() {
    return out.resolve("job.yaml").toString();
  }

  public String report() {
    return report(out).toString();
  }

  public Path log() {
    return out.resolve("run.log");
  }

  /** The work folder's path or address. */
  public String work() {
    return work;
  }

  public boolean isWorkElsewhere() {
    return !work.equals(work(out).toString());
  }

  public String blocks() {
    return work + "/blocks";
  }

  public String manifest() {
    return work + "/manifest.avro";
  }

  public String outcomes() {
    return work + "/outcomes.avro";
  }

  /** What came of the trials of a sweep. */
  public String trials() {
    return work + "/trials.avro";
  }

  /** What came of the folds of all trials, where trials are judged by folds. */
  public String foldsOfTrials() {
    return work + "/folds-of-trials.avro";
  }

  /** The folder of a trial. */
  public Path trial(int number) {
    return out.resolve(Integer.toString(number));
  }

  /** True where a job has written a model and said so, and so have its folds. */
  public boolean hasSucceeded() {
    if (!Storage.exists(outcomes())) {
      return false;
    }
    Stream<Outcome> ofFolds =
        Storage.exists(folds())
            ? RecordFile.of(FoldResult.class).read(folds()).stream().map(FoldResult::getOutcome)
            : Stream.of();
    return Stream.concat(RecordFile.of(Outcome.class).read(outcomes()).stream(), ofFolds)
        .allMatch(outcome -> outcome.getStatus() == OutcomeStatus.SUCCEEDED);
  }

  /** The fingerprint of all that decides the weights. */
  public String fingerprint() {
    return fingerprint;
  }

  /** The file that holds the fingerprint. */
  public String mark() {
    return work + "/fingerprint";
  }

  public String clusterJob() {
    return work + "/cluster-job.json";
  }

  public String plainKernelsNote() {
    return work + "/plain-kernels";
  }

  public String progress() {
    return work + "/progress.json";
  }

  /** The files that a run can leave, in the order in which a person looks at them. */
  public List<Path> written() {
    return Stream.of(
            PAGE,
            CARD,
            MODEL,
            METRICS,
            METRICS_CSV,
            TENSORBOARD,
            DETAILS,
            FOLDS,
            "out-of-fold.avro",
            "keys.avro",
            REJECTS,
            "job.yaml",
            "run.json")
        .map(out::resolve)
        .toList();
  }

  /** Copies to the folder what workers have written elsewhere. */
  public void publish() {
    if (!isWorkElsewhere()) {
      return;
    }
    publish("");
    SPLITS.forEach(split -> publish("/" + TENSORBOARD + "/" + split));
  }

  private void publish(String folder) {
    for (String name : Storage.list(results() + folder)) {
      Storage.copy(results() + folder + "/" + name, out + folder + "/" + name);
    }
  }

  /** Copies the rejects alone, which a failed run has too. */
  public void publishRejects() {
    if (isWorkElsewhere() && Storage.exists(rejects())) {
      Storage.copy(rejects(), out.resolve(REJECTS).toString());
    }
  }

  /** Deletes what killed writers of the run's files left beside them. */
  public void deleteHalfWritten() {
    Storage.deleteAside(out);
    SPLITS.stream()
        .map(split -> out.resolve(TENSORBOARD).resolve(split))
        .filter(Files::isDirectory)
        .forEach(Storage::deleteAside);
  }

  /**
   * Deletes the work folder, the file of the fingerprint last, so that a second attempt can finish
   * the deletion.
   */
  public void deleteWork() {
    if (isWorkElsewhere()) {
      Storage.delete(work);
    }
    Path here = work(out);
    try (var files = Files.list(here)) {
      files.filter(file -> !file.equals(mark(out))).map(Path::toString).forEach(Storage::delete);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + here + ": " + e.getMessage(), e);
    }
    close();
    Storage.delete(here.toString());
  }

  /** Lets another process have the folder. */
  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

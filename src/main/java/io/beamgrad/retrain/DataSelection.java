package io.beamgrad.retrain;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.files.StoredFile;
import io.beamgrad.data.sources.DataFolder;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourcePart;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.pipeline.JobSources;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.Decision.DataFile;
import io.beamgrad.registry.gate.JudgingRows;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.RetrainSpec;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The files that a retrain trains and judges on. They are selected by names, sizes and content
 * alone.
 *
 * @param training the source parts to train on
 * @param judging the source parts that have the rows of the holdout
 * @param fresh those of them whose content no run has seen that the version in service comes from
 * @param files all files that training reads, by identity
 * @param setAside the source parts that are left out, as they were new in a run that a check
 *     stopped
 * @param later the source parts dated after the day of the run
 * @param contents the files of each source part that is not later
 * @param earlier what earlier runs have made of the files
 */
record DataSelection(
    List<SourcePart> training,
    List<SourcePart> judging,
    List<SourcePart> fresh,
    List<DataFile> files,
    List<SourcePart> setAside,
    List<SourcePart> later,
    Map<SourcePart, List<DataFile>> contents,
    EarlierData earlier) {

  DataSelection {
    training = List.copyOf(training);
    judging = List.copyOf(judging);
    fresh = List.copyOf(fresh);
    files = List.copyOf(files);
    setAside = List.copyOf(setAside);
    later = List.copyOf(later);
    contents = Map.copyOf(contents);
  }

  /**
   * Selects.
   *
   * @param today the day of the run, after which files are ignored; null takes all files
   * @param history what earlier runs have made of the files of some names
   * @param takesSetAside whether to train on files that a check has set aside
   * @throws WrongInputException where a named file is missing, or its day is unknown
   */
  static DataSelection of(
      JobSpec spec,
      @Nullable LocalDate today,
      Function<Set<String>, EarlierData> history,
      boolean takesSetAside) {
    JobSpec.Data data = spec.data();
    try {
      DataPaths which = JobSources.files(data);
      RetrainSpec.Select select = spec.retrain().select();
      JudgingRows judges = spec.retrain().judgingRows();
      List<SourcePart> later = new ArrayList<>();
      List<SourcePart> window = new ArrayList<>();
      List<SourcePart> judging = new ArrayList<>();
      for (SourcePart found : SourcePart.find(which, data.train(), data.isIdx())) {
        Optional<LocalDate> day = found.date();
        if (today != null && day.filter(date -> date.isAfter(today)).isPresent()) {
          later.add(found);
          continue;
        }
        boolean isSelected =
            select.by() != RetrainSpec.Select.By.DAYS
                || isInWindow("retrain.select", select.days(), today, found, day);
        boolean isJudging =
            switch (judges.by()) {
              case FRESH -> isSelected;
              case DAYS -> isInWindow("retrain.gate.of", judges.days(), today, found, day);
              case ALL -> true;
            };
        if (isSelected) {
          window.add(found);
        }
        if (isJudging) {
          judging.add(found);
        }
      }
      List<SourcePart> others = new ArrayList<>();
      for (List<String> names : List.of(data.validation(), data.test())) {
        others.addAll(SourcePart.find(which, names, data.isIdx()));
      }
      EarlierData earlier = history.apply(names(union(window, judging), others));
      Map<String, DataFile> known = earlier.byIdentity();
      Map<SourcePart, List<DataFile>> filesOf = new HashMap<>();
      for (SourcePart found : union(window, judging)) {
        filesOf.put(found, files(which.folder(), found, known));
      }
      boolean sinceLast = select.by() == RetrainSpec.Select.By.SINCE_LAST;
      List<SourcePart> wanted =
          window.stream()
              .filter(found -> !(sinceLast && hasSeen(earlier, data, filesOf.get(found))))
              .toList();
      List<SourcePart> setAside =
          takesSetAside
              ? List.of()
              : wanted.stream().filter(f -> earlier.isSetAside(filesOf.get(f))).toList();
      List<SourcePart> training = wanted.stream().filter(f -> !setAside.contains(f)).toList();
      List<DataFile> files = new ArrayList<>();
      training.forEach(found -> files.addAll(filesOf.get(found)));
      others.forEach(other -> files.addAll(files(which.folder(), other, known)));
      files.sort(Comparator.comparing(DataFile::identity));
      judging.removeIf(f -> !takesSetAside && earlier.isSetAside(filesOf.get(f)));
      List<SourcePart> fresh =
          judging.stream().filter(f -> isFresh(earlier, data, filesOf.get(f))).toList();
      return new DataSelection(training, judging, fresh, files, setAside, later, filesOf, earlier);
    } catch (MissingDataException e) {
      throw new WrongInputException(e.getMessage(), e);
    }
  }

  private static Set<SourcePart> union(List<SourcePart> one, List<SourcePart> other) {
    Set<SourcePart> all = new LinkedHashSet<>(one);
    all.addAll(other);
    return all;
  }

  private static Set<String> names(Set<SourcePart> found, List<SourcePart> others) {
    return Stream.concat(found.stream(), others.stream())
        .flatMap(part -> part.files().stream())
        .collect(Collectors.toSet());
  }

  private static boolean hasSeen(EarlierData earlier, JobSpec.Data data, List<DataFile> files) {
    return data.jdbc() == null ? earlier.hasSeen(files) : earlier.hasSeenByName(files);
  }

  private static boolean isFresh(EarlierData earlier, JobSpec.Data data, List<DataFile> files) {
    return data.jdbc() == null ? !earlier.hasSeenContent(files) : !earlier.hasSeenByName(files);
  }

  private static boolean isInWindow(
      String key, int days, LocalDate today, SourcePart found, Optional<LocalDate> day) {
    LocalDate date =
        day.orElseThrow(
            () ->
                new WrongInputException(
                    found.name()
                        + ": "
                        + key
                        + " by days needs a date in the path of each file, such as day=2026-11-23,"
                        + " year=2026/month=11/day=23, 2026/11/23 or 20261123"));
    return date.isAfter(today.minusDays(days));
  }

  private static List<DataFile> files(
      DataFolder folder, SourcePart found, Map<String, DataFile> known) {
    List<DataFile> files = new ArrayList<>();
    for (String name : found.files()) {
      StoredFile file = folder.file(name);
      Instant modified = file.modified();
      DataFile before = known.get(name);
      boolean isUntouched =
          before != null
              && before.bytes() == file.bytes()
              && before.modified().equals(modified)
              && Objects.equals(before.tag(), file.tag());
      String sha256 =
          isUntouched
              ? before.sha256()
              : HexFormat.of().formatHex(Storage.sha256(folder.path(name)));
      files.add(new DataFile(name, file.bytes(), modified, sha256, file.tag()));
    }
    return files;
  }

  /** The hex SHA-256 of each file of a source part that is not later. */
  List<String> sha256(SourcePart part) {
    return contents.get(part).stream().map(DataFile::sha256).toList();
  }

  /** Hex SHA-256 over names and content of all files that training reads. */
  String fingerprint() {
    StringBuilder text = new StringBuilder("beamgrad files 1\n");
    for (DataFile file : files) {
      text.append(file.identity()).append(' ').append(file.sha256()).append('\n');
    }
    return Sha256.hex(text.toString());
  }

  /** The paths or addresses of the files to train on that the version in service has seen. */
  Set<String> seenPaths(DataFolder folder) {
    Set<String> seen = new HashSet<>();
    training.stream()
        .filter(found -> earlier.hasSeen(contents.get(found)))
        .forEach(found -> found.files().forEach(name -> seen.add(folder.path(name))));
    return seen;
  }

  /** The decision that stopped the newest run with files that are set aside; empty without any. */
  Optional<Decision> setAsideBy() {
    return earlier.setAsideBy(
        setAside.stream().flatMap(part -> contents.get(part).stream()).toList());
  }

  /** The files that are set aside, in words; empty where there are none. */
  Optional<String> setAsideText() {
    return setAsideBy()
        .map(
            by ->
                "%s set aside, in a run that a check stopped (%s)"
                    .formatted(count(setAside), some(setAside)));
  }

  /** The selection in a line. */
  String text() {
    List<String> parts = new ArrayList<>();
    parts.add(
        training.isEmpty() ? "no files" : "%s (%s)".formatted(count(training), some(training)));
    setAsideText().ifPresent(parts::add);
    if (!later.isEmpty()) {
      parts.add(count(later) + " of later days");
    }
    return String.join("; ", parts);
  }

  private static String count(List<SourcePart> of) {
    return of.size() == 1 ? "1 file" : String.format(Locale.ROOT, "%,d files", of.size());
  }

  private static String some(List<SourcePart> of) {
    String first = of.get(0).name();
    String last = of.get(of.size() - 1).name();
    return of.size() == 1 ? first : of.size() == 2 ? first + ", " + last : first + " to " + last;
  }

  /** The names of source parts, as {@code data.train} takes them. */
  static List<String> names(List<SourcePart> of) {
    return of.stream().map(SourcePart::name).toList();
  }
}

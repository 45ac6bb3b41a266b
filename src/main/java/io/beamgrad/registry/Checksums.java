package io.beamgrad.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.metrics.RunJson;
import io.beamgrad.schema.Checkpoint;
import io.beamgrad.schema.DataProfile;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.KeyResult;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.RunFile;
import io.beamgrad.schema.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;

/**
 * The file {@code checksums} of a version: a line for each other file as {@code sha256sum} writes
 * it, so that {@code sha256sum -c checksums} checks them too. The decision is not among them, as it
 * has the checksum of this file, and one of its own. The {@code run.json} among them has those that
 * the files had when the run ended.
 */
final class Checksums {
  static final String FILE = "checksums";
  static final String DECISION = "decision.json";
  private static final String RUN = "run.json";
  private static final Map<String, Class<? extends SpecificRecord>> RECORDS =
      Map.of(
          "model.avro", ModelRecord.class,
          "checkpoint.avro", Checkpoint.class,
          "profile.avro", DataProfile.class,
          "metrics.avro", MetricRow.class,
          "details.avro", Details.class,
          "keys.avro", KeyResult.class,
          "rejects.avro", Reject.class);
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})  (.+)");

  private Checksums() {}

  /** The SHA-256 of each file in a folder, in hex, by its name. */
  static SortedMap<String, String> of(Path folder) throws IOException {
    SortedMap<String, String> checksums = new TreeMap<>();
    for (String name : Disk.names(folder)) {
      checksums.put(name, Sha256.ofFile(folder.resolve(name)));
    }
    return checksums;
  }

  /** The content of the file. */
  static byte[] text(SortedMap<String, String> checksums) {
    StringBuilder lines = new StringBuilder();
    checksums.forEach(
        (name, sha256) -> lines.append(sha256).append("  ").append(name).append('\n'));
    return lines.toString().getBytes(UTF_8);
  }

  /**
   * Checks the files of a run by its {@code run.json}, where there is one.
   *
   * @param checksums of the files that are there
   * @throws BrokenFileException where one is not the file that the run wrote
   */
  static void requireAsRun(Path folder, Map<String, String> checksums) {
    if (!checksums.containsKey(RUN)) {
      return;
    }
    RunRecord run = RunJson.read(folder.resolve(RUN));
    for (RunFile file : run.getFiles()) {
      boolean isPublished = file.getName().indexOf('/') < 0;
      String found = checksums.getOrDefault(file.getName(), "no such file");
      if (isPublished && !found.equals(file.getSha256())) {
        throw new BrokenFileException(
            "%s: is not the file of the run, whose run.json says SHA-256 %s, found %s"
                .formatted(folder.resolve(file.getName()), file.getSha256(), found));
      }
    }
    if (run.getFiles().isEmpty()) { // a beamgrad before there were hashes in it has written it
      checksums.keySet().stream()
          .filter(RECORDS::containsKey)
          .forEach(
              name ->
                  RecordFile.of(RECORDS.get(name)).requireWhole(folder.resolve(name).toString()));
    }
  }

  /** A line for each file that is damaged, missing or too many; none where all is as it was. */
  static List<String> faults(Path folder) {
    List<String> faults = new ArrayList<>();
    try {
      Map<String, String> expected = new TreeMap<>();
      for (String line : Files.readAllLines(folder.resolve(FILE), UTF_8)) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
          return List.of(folder.resolve(FILE) + ": damaged, it has the line " + line);
        }
        expected.put(matcher.group(2), matcher.group(1));
      }
      for (Map.Entry<String, String> file : expected.entrySet()) {
        Path path = folder.resolve(file.getKey());
        if (!Files.exists(path)) {
          faults.add(path + ": is not there, but its checksum is");
          continue;
        }
        String found = Sha256.ofFile(path);
        if (!found.equals(file.getValue())) {
          faults.add(
              "%s: damaged, expected SHA-256 %s, found %s".formatted(path, file.getValue(), found));
        }
      }
      for (String name : Disk.names(folder).stream().sorted().toList()) {
        if (!expected.containsKey(name) && !name.equals(FILE) && !name.equals(DECISION)) {
          faults.add(folder.resolve(name) + ": does not belong to the version");
        }
      }
      if (faults.isEmpty()) {
        requireAsRun(folder, expected);
      }
    } catch (BrokenFileException e) {
      faults.add(e.getMessage());
    } catch (NoSuchFileException e) {
      faults.add(folder + ": has no checksums");
    } catch (IOException e) {
      throw Disk.failure("cannot read", folder, e);
    }
    return faults;
  }
}

package io.beamgrad.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@code checksums} of a version: a line for each other file as {@code sha256sum} writes
 * it, so that {@code sha256sum -c checksums} checks them too. The decision is not among them, as it
 * has the checksum of this file, and one of its own.
 */
final class Checksums {
  static final String FILE = "checksums";
  static final String DECISION = "decision.json";
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})  (.+)");

  private Checksums() {}

  /** The content of the file for all that is in a folder. */
  static byte[] of(Path folder) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String name : Disk.names(folder).stream().sorted().toList()) {
      lines.append(sha256(folder.resolve(name))).append("  ").append(name).append('\n');
    }
    return lines.toString().getBytes(UTF_8);
  }

  static String sha256(Path file) throws IOException {
    MessageDigest digest = Sha256.digest();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return Sha256.hex(digest.digest());
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
        String found = sha256(path);
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
    } catch (NoSuchFileException e) {
      faults.add(folder + ": has no checksums");
    } catch (IOException e) {
      throw Disk.failure("cannot read", folder, e);
    }
    return faults;
  }
}

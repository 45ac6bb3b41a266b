package io.beamgrad.registry;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/** Where the files of one model are. */
record RegistryPaths(Path root) {
  private static final Pattern NUMBER = Pattern.compile("\\d{6,10}");

  /** A number as names have it: in six digits or more. */
  static String digits(int number) {
    return String.format(Locale.ROOT, "%06d", number);
  }

  /** The number that a name is, as {@link #digits} has it; 0 where it is something else. */
  static int number(String name) {
    long number = NUMBER.matcher(name).matches() ? Long.parseLong(name) : 0;
    return number <= Integer.MAX_VALUE && digits((int) number).equals(name) ? (int) number : 0;
  }

  Path settings() {
    return root.resolve("registry.json");
  }

  Path versions() {
    return root.resolve("versions");
  }

  Path version(int number) {
    return versions().resolve(digits(number));
  }

  Path history() {
    return root.resolve("history");
  }

  /** The lists of the files that runs have read. */
  Path files() {
    return root.resolve("files");
  }

  Path current() {
    return root.resolve("current");
  }

  Path pins() {
    return root.resolve("pins");
  }

  Path pin(int number) {
    return pins().resolve(digits(number));
  }

  /** The lease of runs, which hold it for as long as they train. */
  Path lock() {
    return root.resolve("lock");
  }

  /** The lease of transactions. */
  Path transactions() {
    return root.resolve("turns");
  }

  Path staging() {
    return root.resolve("staging");
  }

  Path page() {
    return root.resolve("index.html");
  }
}

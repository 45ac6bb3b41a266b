package io.beamgrad.failure;

import java.nio.file.Path;

/** How lines for a person name files. */
public final class PathText {
  private PathText() {}

  /** A path below the working folder relative to it, any other whole. */
  public static String of(Path path) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = path.toAbsolutePath().normalize();
    boolean isBelow = absolute.startsWith(here) && !absolute.equals(here);
    return isBelow ? here.relativize(absolute).toString() : absolute.toString();
  }
}

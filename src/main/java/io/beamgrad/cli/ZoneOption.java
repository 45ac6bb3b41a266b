package io.beamgrad.cli;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.spec.Suggestion;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The time zone whose clocks and days count. */
final class ZoneOption {
  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "Whose clocks and days count, such as Europe/Berlin; default this machine's.")
  private String zone;

  /**
   * The zone; empty where none was given.
   *
   * @throws WrongInputException where it is none
   */
  Optional<ZoneId> get() {
    if (zone == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(ZoneId.of(zone));
    } catch (DateTimeException e) {
      String hint =
          Suggestion.of(zone, ZoneId.getAvailableZoneIds())
              .map("; did you mean %s?"::formatted)
              .orElse("");
      throw new WrongInputException("--zone %s is not a time zone%s".formatted(zone, hint), e);
    }
  }
}

package io.beamgrad;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Texts are the same in every locale. Error Prone's DefaultLocale refuses what is formatted without
 * a locale where it knows the pattern, a constant; what has another pattern is refused here.
 */
class FormattingTest {
  private static final String CONSTANT =
      "(?:\"[^\"\\\\\n]*+(?:\\\\.[^\"\\\\\n]*+)*+\"|[A-Z][A-Z_]++)";
  private static final Pattern OF_A_CONSTANT =
      Pattern.compile(
          "(?:\"|\\b[A-Z][A-Z_]++|\\(\\s*+%1$s(?:\\s*+\\+\\s*+%1$s)*+\\s*+\\))\\s*+\\.formatted\\("
              .replace("%1$s", CONSTANT));
  private static final Pattern FORMATTED = Pattern.compile("\\.formatted\\(");
  private static final Pattern UNSEEN =
      Pattern.compile(
          "String\\.format\\((?!\\s*Locale\\.ROOT)|String::format|%[^s%][^\"]*\"::formatted");

  @Test
  void noPatternThatIsNoConstantIsFormattedWithoutALocale() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      assertEquals(List.of(), files.filter(Files::isRegularFile).flatMap(this::faults).toList());
    }
  }

  private Stream<String> faults(Path file) {
    try {
      String text = Files.readString(file);
      Set<Integer> constant =
          OF_A_CONSTANT.matcher(text).results().map(MatchResult::end).collect(Collectors.toSet());
      return Stream.concat(
              FORMATTED.matcher(text).results().filter(found -> !constant.contains(found.end())),
              UNSEEN.matcher(text).results())
          .map(found -> file + " line " + text.substring(0, found.start()).lines().count());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

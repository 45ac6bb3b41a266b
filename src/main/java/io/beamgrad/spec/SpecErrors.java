package io.beamgrad.spec;

import io.beamgrad.failure.WrongInputException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who gave the keys of a spec: a file, and the {@code --set} arguments laid over it. */
final class SpecErrors {
  private final String file;
  private final Map<String, String> arguments = new LinkedHashMap<>();

  /**
   * @param file the file as the user named it
   */
  SpecErrors(String file) {
    this.file = file;
  }

  /** The same file and arguments, to lay more over them. */
  SpecErrors copy() {
    SpecErrors copy = new SpecErrors(file);
    copy.arguments.putAll(arguments);
    return copy;
  }

  /** The same without the {@code --set} arguments, which may have secrets. */
  SpecErrors withoutArguments() {
    return new SpecErrors(file);
  }

  /** Notes that a {@code --set} argument gave a key, named as errors name it. */
  void note(String key, String argument) {
    arguments.put(key, argument);
  }

  /** An error about a key, which names the {@code --set} that gave it, or else the file. */
  WrongInputException error(String key, String complaint) {
    String source = file;
    for (Map.Entry<String, String> argument : arguments.entrySet()) {
      String given = argument.getKey();
      if (key.equals(given) || isBelow(key, given) || isBelow(given, key)) {
        source = "--set " + argument.getValue();
      }
    }
    return new WrongInputException(source + ": " + (key + " " + complaint).strip());
  }

  private static boolean isBelow(String key, String prefix) {
    return key.startsWith(prefix + ".") || key.startsWith(prefix + "[");
  }
}

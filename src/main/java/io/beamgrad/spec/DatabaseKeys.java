package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.databases.SinceBound;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** Checks the keys of {@code data.jdbc}, none of whose messages has a secret. */
final class DatabaseKeys {
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)(password|passwd|passphrase|pwd|secret|token|credential|accesskey)\\w*\\s*="
              + "|//[^?]*:[^?]*@|:[^/:?]+/[^@?]*@");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final List<String> OF_FILES = List.of("dir", "train");
  private static final List<String> UNUSED =
      List.of("validation", "test", "format", "generate.digits");

  private DatabaseKeys() {}

  /**
   * Says of rows of a database that they are in files, which are written before any is read.
   *
   * @param tree as given
   */
  static void complete(ObjectNode tree, SpecErrors errors) {
    if (!(tree.at("/data/jdbc") instanceof ObjectNode jdbc)) {
      return;
    }
    if (SECRET.matcher(jdbc.path("url").toString()).find()) {
      throw errors
          .withoutArguments()
          .error(
              "data.jdbc.url",
              "must have no password or other secret; data.jdbc.password names a variable that has it");
    }
    JsonNode password = jdbc.path("password");
    if (isGiven(password) && !VARIABLE.matcher(password.asText()).matches()) {
      throw errors
          .withoutArguments()
          .error(
              "data.jdbc.password",
              "must be the name of an environment variable, such as DB_PASSWORD, not the password");
    }
    ObjectNode data = (ObjectNode) tree.get("data");
    boolean isWritten = isWritten(data.path("train"));
    for (String key : OF_FILES) {
      if (!isWritten && isGiven(data.path(key))) {
        throw errors.error("data." + key, "and data.jdbc both say where rows are; leave out one");
      }
    }
    for (String key : UNUSED) {
      if (isGiven(data.at("/" + key.replace('.', '/')))) {
        throw errors.error("data." + key, "is for files, but data.jdbc says where rows are");
      }
    }
    if (!isWritten) {
      data.put("train", SinceBound.ALL);
    }
    if (!isGiven(data.path("dir"))) {
      data.put("dir", ".");
    }
  }

  private static boolean isGiven(JsonNode value) {
    return !value.isMissingNode() && !AllowedValues.isNothing(value);
  }

  /** Whether the files are those that rows were written to. */
  private static boolean isWritten(JsonNode train) {
    return train.isTextual()
        ? SinceBound.isName(train.textValue())
        : train.isArray()
            && !train.isEmpty()
            && StreamSupport.stream(train.spliterator(), false)
                .allMatch(name -> SinceBound.isName(name.asText()));
  }
}

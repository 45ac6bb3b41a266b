package io.beamgrad.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * JSON files that say whether they are whole: the last field, {@code sha256}, is over all bytes of
 * the file as it would be without that field. Each has a {@code formatVersion}.
 */
final class CheckedJson {
  /** The version that this beamgrad writes, and the newest that it reads. */
  static final int FORMAT_VERSION = 1;

  private static final Pattern END = Pattern.compile(",\n  \"sha256\" : \"([0-9a-f]{64})\"\n}\n$");
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setSerializationInclusion(JsonInclude.Include.NON_EMPTY)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .registerModule(
              new SimpleModule()
                  .addSerializer(Instant.class, new InstantWriter())
                  .addDeserializer(Instant.class, new InstantReader()));
  private static final ObjectWriter PRETTY =
      JSON.writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

  private CheckedJson() {}

  /** The file's whole content. */
  static byte[] toBytes(Object record) {
    try {
      String whole = PRETTY.writeValueAsString(record) + "\n";
      String open = whole.substring(0, whole.length() - "\n}\n".length());
      return (open + ",\n  \"sha256\" : \"" + Sha256.hex(whole) + "\"\n}\n").getBytes(UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write as JSON: " + record, e);
    }
  }

  /** A record as a tree. */
  static JsonNode toTree(Object record) {
    return JSON.valueToTree(record);
  }

  /** The {@code sha256} of a file's content. */
  static String sha256(byte[] content) {
    Matcher end = END.matcher(new String(content, UTF_8));
    return end.find() ? end.group(1) : "";
  }

  /**
   * The record in a file.
   *
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where it is damaged, or of a newer format
   */
  static <T> T read(Path file, Class<T> type) {
    try {
      return parse(file, Files.readAllBytes(file), type);
    } catch (NoSuchFileException e) {
      throw new MissingDataException(file + ": no such file");
    } catch (IOException e) {
      throw Disk.failure("cannot read", file, e);
    }
  }

  static <T> T parse(Path file, byte[] content, Class<T> type) {
    String text = new String(content, UTF_8);
    Matcher end = END.matcher(text);
    try {
      // The version is checked first, as a newer format may have another checksum.
      int version = JSON.readTree(text).path("formatVersion").asInt(0);
      if (version > FORMAT_VERSION) {
        throw new BrokenFileException(
            "%s: expected format version %d, found %d; use a newer beamgrad"
                .formatted(file, FORMAT_VERSION, version));
      }
      if (!end.find()) {
        throw new BrokenFileException(file + ": damaged, it does not end in its SHA-256");
      }
      String found = Sha256.hex(text.substring(0, end.start()) + "\n}\n");
      if (!found.equals(end.group(1))) {
        throw new BrokenFileException(
            "%s: damaged, expected SHA-256 %s, found %s".formatted(file, end.group(1), found));
      }
      return JSON.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new BrokenFileException(
          "%s: damaged, expected JSON: %s"
              .formatted(file, e.getOriginalMessage().lines().findFirst().orElse("none")),
          e);
    }
  }

  private static final class InstantWriter extends StdSerializer<Instant> {
    InstantWriter() {
      super(Instant.class);
    }

    @Override
    public void serialize(Instant time, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(time.toString());
    }
  }

  private static final class InstantReader extends StdDeserializer<Instant> {
    InstantReader() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return Instant.parse(in.getText());
    }
  }
}

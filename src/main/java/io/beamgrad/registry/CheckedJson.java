package io.beamgrad.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
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
import java.security.MessageDigest;
import java.time.Instant;

/**
 * JSON files that say whether they are whole: the last field, {@code sha256}, is over all bytes of
 * the file as it would be without that field. Each has a {@code formatVersion}.
 */
final class CheckedJson {
  /** The version that this beamgrad writes, and the newest that it reads. */
  static final int FORMAT_VERSION = 2;

  private static final String OPEN = ",\n  \"sha256\" : \"";
  private static final String CLOSE = "\"\n}\n";
  private static final byte[] CLOSE_WITHOUT = "\n}\n".getBytes(UTF_8);
  private static final int HEX = 64;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setSerializationInclusion(JsonInclude.Include.NON_EMPTY)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .registerModule(
              new SimpleModule()
                  .addSerializer(Instant.class, new InstantWriter())
                  .addDeserializer(Instant.class, new InstantReader()));
  private static final ObjectMapper BRIEF =
      JSON.copy().addMixIn(Decision.class, Decision.InBrief.class);
  private static final ObjectWriter PRETTY =
      JSON.writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

  private CheckedJson() {}

  /** The file's whole content. */
  static byte[] toBytes(Object record) {
    try {
      String whole = PRETTY.writeValueAsString(record) + "\n";
      String open = whole.substring(0, whole.length() - CLOSE_WITHOUT.length);
      return (open + OPEN + Sha256.hex(whole) + CLOSE).getBytes(UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write as JSON: " + record, e);
    }
  }

  /** A record as a tree. */
  static JsonNode toTree(Object record) {
    return JSON.valueToTree(record);
  }

  /** The {@code sha256} that a file's content ends in; empty where it ends in something else. */
  static String sha256(byte[] content) {
    int start = content.length - CLOSE.length() - HEX - OPEN.length();
    if (start < 0) {
      return "";
    }
    String end = new String(content, start, content.length - start, UTF_8);
    return end.startsWith(OPEN) && end.endsWith(CLOSE) && end.length() == content.length - start
        ? end.substring(OPEN.length(), OPEN.length() + HEX)
        : "";
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
    return parse(file, content, type, JSON);
  }

  /** The decision in a file, as {@link Decision.InBrief} says. */
  static Decision parseInBrief(Path file, byte[] content) {
    return parse(file, content, Decision.class, BRIEF);
  }

  private static <T> T parse(Path file, byte[] content, Class<T> type, ObjectMapper mapper) {
    try {
      // The version is checked first, as a newer format may have another checksum.
      int version = formatVersion(content);
      if (version > FORMAT_VERSION) {
        throw new BrokenFileException(
            "%s: expected format version %s, found %s; use a newer beamgrad"
                .formatted(file, FORMAT_VERSION, version));
      }
      String expected = sha256(content);
      if (expected.isEmpty()) {
        throw new BrokenFileException(file + ": damaged, it does not end in its SHA-256");
      }
      MessageDigest digest = Sha256.digest();
      digest.update(content, 0, content.length - CLOSE.length() - HEX - OPEN.length());
      String found = Sha256.hex(digest.digest(CLOSE_WITHOUT));
      if (!found.equals(expected)) {
        throw new BrokenFileException(
            "%s: damaged, expected SHA-256 %s, found %s".formatted(file, expected, found));
      }
      return mapper.readValue(content, type);
    } catch (JsonProcessingException e) {
      throw new BrokenFileException(
          "%s: damaged, expected JSON: %s"
              .formatted(file, e.getOriginalMessage().lines().findFirst().orElse("none")),
          e);
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory are read without a disk", e);
    }
  }

  /** The {@code formatVersion}, which is the first field of files of this format; 0 without one. */
  private static int formatVersion(byte[] content) throws IOException {
    try (JsonParser in = JSON.createParser(content)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return 0;
      }
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        boolean isIt = in.currentName().equals("formatVersion");
        in.nextToken();
        if (isIt) {
          return in.getValueAsInt(0);
        }
        in.skipChildren();
      }
      return 0;
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

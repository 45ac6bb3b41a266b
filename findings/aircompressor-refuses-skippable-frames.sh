#!/usr/bin/env bash
# aircompressor 2.0.3 (io.airlift:aircompressor): its pure Java Zstandard readers refuse valid data with a
# skippable frame in it.
#
# Expected: RFC 8878 (3.1.2): a frame whose magic number is 0x184D2A50 to 0x184D2A5F is skipped, and reading
# goes on behind it.
# Happens: both ZstdInputStream and ZstdDecompressor take only the magic number of a frame with content. A
# skippable frame, first or between two others, ends in "Invalid magic prefix", with an offset.
# Seen: a text that the library compressed itself, with a skippable frame of four bytes before it or between
# two copies of it; zstd-jni 1.5.7-6 reads both.
# Matters: pzstd puts a skippable frame before each frame it writes, and the seekable format keeps its index in
# one. A data set compressed on many cores, sound for zstd -t and for readers that bind the C library, cannot
# be trained on where this library reads, and the error reads as if the file were no Zstandard at all.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
 <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version><dependencies>
  <dependency><groupId>io.airlift</groupId><artifactId>aircompressor</artifactId><version>2.0.3</version></dependency>
  <dependency><groupId>com.github.luben</groupId><artifactId>zstd-jni</artifactId><version>1.5.7-6</version></dependency>
 </dependencies></project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile=cp >&2
cat > Skippable.java <<'JAVA'
import io.airlift.compress.zstd.*;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;

public class Skippable {
  /** Magic number and size, both little endian, then as many bytes of anybody's. */
  static final byte[] SKIPPED = {0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4};

  static byte[] joined(byte[]... parts) throws IOException {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) all.write(part);
    return all.toByteArray();
  }

  static String said(Callable<byte[]> reading) {
    try {
      return new String(reading.call(), StandardCharsets.UTF_8).trim().replace("\n", " ");
    } catch (Exception e) {
      return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
  }

  static boolean refused(String name, byte[] file, String content) {
    String stream = said(() -> new ZstdInputStream(new ByteArrayInputStream(file)).readAllBytes());
    String block = said(() -> {
      byte[] out = new byte[100];
      int length = new ZstdDecompressor().decompress(file, 0, file.length, out, 0, out.length);
      return java.util.Arrays.copyOf(out, length);
    });
    String other = said(() -> new com.github.luben.zstd.ZstdInputStream(new ByteArrayInputStream(file))
        .setContinuous(false).readAllBytes());
    System.out.println(name);
    System.out.println("  aircompressor, stream: " + stream);
    System.out.println("  aircompressor, block:  " + block);
    System.out.println("  zstd-jni:              " + other);
    return stream.contains("Invalid magic prefix") && block.contains("Invalid magic prefix")
        && other.equals(content);
  }

  public static void main(String[] args) throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ZstdOutputStream(bytes)) {
      out.write("1,good\n2,bad\n".getBytes(StandardCharsets.UTF_8));
    }
    byte[] frame = bytes.toByteArray();
    boolean plain = !refused("two frames", joined(frame, frame), "");
    boolean first = refused("skippable frame first", joined(SKIPPED, frame), "1,good 2,bad");
    boolean between = refused("skippable frame between two", joined(frame, SKIPPED, frame),
        "1,good 2,bad 1,good 2,bad");
    boolean so = plain && first && between;
    System.out.println(so ? "seen: a skippable frame is refused" : "no longer so");
    System.exit(so ? 0 : 1);
  }
}
JAVA
java -cp "$(cat cp)" Skippable.java

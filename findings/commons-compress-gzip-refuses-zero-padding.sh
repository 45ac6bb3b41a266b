#!/usr/bin/env bash
# Apache Commons Compress 1.26.2 (org.apache.commons:commons-compress): GzipCompressorInputStream refuses a
# gzip file that is padded with zeros behind its last member.
#
# Expected: zeros at the end are padding to whole blocks, as the manual of gzip has it, and are passed over
# without a word; java.util.zip.GZIPInputStream takes them too. (RFC 1952 knows members only.)
# Happens: with decompressConcatenated = true, what is needed for files of several members, reading ends in
# "Garbage after a valid .gz stream", after all the data was handed out. With false there is no error but
# also only the first member. 1.28.0 does so still, with other words.
# Seen: two members by GZIPOutputStream as they are, and padded to 512 bytes; gzip -t is content with both.
# Matters: what is copied by blocks (tapes, dd, devices) has its last block padded. Beam 2.70.0 reads .gz by a
# copy of this class with true: a pipeline stops at a file that gzip and java.util.zip take, and that a check
# by either had found sound, at the very end of it, when all its rows have been read.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
 <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version><dependencies>
  <dependency><groupId>org.apache.commons</groupId><artifactId>commons-compress</artifactId><version>1.26.2</version></dependency>
 </dependencies></project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile=cp >&2
cat > Padding.java <<'JAVA'
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.zip.*;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

public class Padding {
  static final String CONTENT = "1,good 2,bad";

  static String said(Callable<InputStream> reader) {
    StringBuilder text = new StringBuilder();
    try (InputStream in = reader.call()) {
      for (int next = in.read(); next >= 0; next = in.read()) text.append(next == '\n' ? ' ' : (char) next);
      return text.toString().trim();
    } catch (Exception e) {
      return text.toString().trim() + ", then " + e.getClass().getSimpleName() + ": " + e.getMessage();
    }
  }

  static boolean read(byte[] file, String all, String first) throws Exception {
    Path stored = Files.write(Path.of(file.length + ".gz"), file);
    String members = said(() -> new GzipCompressorInputStream(new ByteArrayInputStream(file), true));
    String one = said(() -> new GzipCompressorInputStream(new ByteArrayInputStream(file), false));
    String java = said(() -> new GZIPInputStream(new ByteArrayInputStream(file)));
    int gzip = new ProcessBuilder("gzip", "-t", stored.toString()).inheritIO().start().waitFor();
    System.out.println(file.length + " bytes");
    System.out.println("  Commons Compress, all members: " + members);
    System.out.println("  Commons Compress, one member:  " + one);
    System.out.println("  java.util.zip:                 " + java);
    System.out.println("  gzip -t, exit code:            " + gzip);
    return members.equals(all) && one.equals(first) && java.equals(CONTENT) && gzip == 0;
  }

  public static void main(String[] args) throws Exception {
    var bytes = new ByteArrayOutputStream();
    for (String part : new String[] {"1,good\n", "2,bad\n"}) {
      try (var out = new GZIPOutputStream(bytes)) {
        out.write(part.getBytes(StandardCharsets.UTF_8));
      }
    }
    boolean plain = read(bytes.toByteArray(), CONTENT, "1,good");
    boolean padded = read(Arrays.copyOf(bytes.toByteArray(), 512),
        CONTENT + ", then IOException: Garbage after a valid .gz stream", "1,good");
    boolean so = plain && padded;
    System.out.println(so ? "seen: zeros behind the last member are refused" : "no longer so");
    System.exit(so ? 0 : 1);
  }
}
JAVA
java -cp "$(cat cp)" Padding.java

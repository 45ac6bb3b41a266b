#!/usr/bin/env bash
# FastCSV 3.7.0 (de.siegmar:fastcsv): a quoted field with a lone CR in it, last in its row, is lost
# together with the end of the row.
#
# Expected: what CsvWriter wrote, CsvReader reads back: three rows of two fields.
# Happens: if the last field of a row is quoted, its last line break is a lone CR and the row ends in LF,
# the reader takes that LF for the second half of a CRLF. The field vanishes, the next row is appended to
# the first, and nothing is thrown. By name, the first row has the second row's id as its text. A CR with
# an LF or in a field that is not the last does no harm, nor do rows that end in CRLF.
# Seen: written by the library's own writer, read by its reader, both with their standard settings but
# for the writer's line delimiter (LF).
# Matters: text columns carry lone CRs (old Mac files, terminal output, forms). A training set read so has
# fewer rows, and rows whose label or feature is another row's id: a number where a number was expected.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
 <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version><dependencies>
  <dependency><groupId>de.siegmar</groupId><artifactId>fastcsv</artifactId><version>3.7.0</version></dependency>
 </dependencies></project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile=cp >&2
cat > Rows.java <<'JAVA'
import de.siegmar.fastcsv.reader.*;
import de.siegmar.fastcsv.writer.*;
import java.io.StringWriter;
import java.util.*;

public class Rows {
  static List<List<String>> roundTrip(LineDelimiter end, List<List<String>> rows) throws Exception {
    StringWriter text = new StringWriter();
    try (CsvWriter writer = CsvWriter.builder().lineDelimiter(end).build(text)) {
      rows.forEach(writer::writeRecord);
    }
    List<List<String>> read = new ArrayList<>();
    try (CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(text.toString())) {
      reader.forEach(row -> read.add(row.getFields()));
    }
    return read;
  }

  static String shown(Object rows) {
    return rows.toString().replace("\r", "\\r").replace("\n", "\\n");
  }

  public static void main(String[] args) throws Exception {
    var last = List.of(List.of("1", "a\rb"), List.of("2", "bad"), List.of("3", "good"));
    var first = List.of(List.of("a\rb", "1"), List.of("bad", "2"), List.of("good", "3"));
    var merged = roundTrip(LineDelimiter.LF, last);
    System.out.println("written             " + shown(last));
    System.out.println("read, rows end LF   " + shown(merged));
    System.out.println("read, rows end CRLF " + shown(roundTrip(LineDelimiter.CRLF, last)));
    System.out.println("CR in first field   " + shown(roundTrip(LineDelimiter.LF, first)));
    boolean so = merged.equals(List.of(List.of("1", "2", "bad"), List.of("3", "good")))
        && roundTrip(LineDelimiter.CRLF, last).equals(last)
        && roundTrip(LineDelimiter.LF, first).equals(first);
    System.out.println(so ? "seen: one row and one field lost" : "no longer so");
    System.exit(so ? 0 : 1);
  }
}
JAVA
java -cp "$(cat cp)" Rows.java

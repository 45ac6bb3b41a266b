#!/usr/bin/env bash
# parquet-column 1.15.2 (org.apache.parquet:parquet-column, with Hadoop client 3.4.1): ColumnReader.consume()
# moves the levels on but not the values, unless the value was read.
#
# Expected: the Javadoc says that a reader points to one triplet of levels and value, and that consume()
# moves it to the next one; skip() has the words "skip the current value" only.
# Happens: if a value was neither read nor skipped, consume() leaves it, and the next get gives it as the
# value of the next place. Those that follow are one behind, and nothing is thrown.
# With skip() before consume() all is well, which the Javadoc does not ask for.
# Seen: texts, doubles, whole numbers and booleans, PLAIN, delta and dictionary pages of both versions:
# the first value is passed over, the second and third are read.
# Matters: who reads columns themselves for speed, and takes but some elements of a list, or the rows of a
# sample, trains on values of other rows. Types, counts and ranges look right, and labels are off by one.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
 <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version><dependencies>
  <dependency><groupId>org.apache.parquet</groupId><artifactId>parquet-hadoop</artifactId><version>1.15.2</version></dependency>
  <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-client-api</artifactId><version>3.4.1</version></dependency>
  <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-client-runtime</artifactId><version>3.4.1</version></dependency>
  <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
 </dependencies></project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile=cp >&2
cat > Consume.java <<'JAVA'
import java.nio.file.*;
import java.util.*;
import org.apache.parquet.column.*;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.*;
import org.apache.parquet.schema.*;

public class Consume {
  static final MessageType TYPE = MessageTypeParser.parseMessageType("message row { required binary text"
      + " (STRING); required double real; required int32 whole; required boolean second; }");

  static Object value(ColumnReader column) {
    switch (column.getDescriptor().getPrimitiveType().getPrimitiveTypeName()) {
      case INT32: return column.getInteger();
      case DOUBLE: return column.getDouble();
      case BOOLEAN: return column.getBoolean();
      default: return column.getBinary().toStringUsingUTF8();
    }
  }

  /** The second and third value of each column, the first passed over. */
  static String read(Path file, boolean skip) throws Exception {
    List<Object> values = new ArrayList<>();
    try (var reader = ParquetFileReader.open(new LocalInputFile(file))) {
      var store = new ColumnReadStoreImpl(reader.readNextRowGroup(),
          new GroupRecordConverter(TYPE).getRootConverter(), TYPE, null);
      for (ColumnDescriptor path : TYPE.getColumns()) {
        ColumnReader column = store.getColumnReader(path);
        if (skip) column.skip();
        column.consume();
        values.add(value(column));
        column.consume();
        values.add(value(column));
      }
    }
    return values.toString();
  }

  public static void main(String[] args) throws Exception {
    boolean so = true;
    for (var version : ParquetProperties.WriterVersion.values()) {
      for (boolean dictionary : new boolean[] {false, true}) {
        Path file = Path.of(version + "-" + dictionary);
        try (var writer = ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(TYPE)
            .withWriterVersion(version).withDictionaryEncoding(dictionary).build()) {
          for (int i = 0; i < 300; i++) {
            SimpleGroup row = new SimpleGroup(TYPE);
            row.add("text", "t" + (i % 3 + 1));
            row.add("real", i % 3 + 1.5);
            row.add("whole", i % 3 + 1);
            row.add("second", i % 3 == 1);
            writer.write(row);
          }
        }
        String alone = read(file, false);
        String skipped = read(file, true);
        System.out.println(version + (dictionary ? ", dictionary" : ""));
        try (var reader = ParquetFileReader.open(new LocalInputFile(file))) {
          for (var chunk : reader.getFooter().getBlocks().get(0).getColumns()) {
            System.out.println("  " + chunk.getPath() + " is " + new TreeSet<>(chunk.getEncodings()));
          }
        }
        System.out.println("  consume():         " + alone);
        System.out.println("  skip(), consume(): " + skipped);
        so &= alone.equals("[t1, t2, 1.5, 2.5, 1, 2, false, true]")
            && skipped.equals("[t2, t3, 2.5, 3.5, 2, 3, true, false]");
      }
    }
    System.out.println(so ? "seen: the value that was not read is given for the next" : "no longer so");
    System.exit(so ? 0 : 1);
  }
}
JAVA
java -cp "$(cat cp)" Consume.java

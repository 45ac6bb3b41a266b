#!/usr/bin/env bash
# parquet-java 1.15.2 (org.apache.parquet:parquet-hadoop, with Hadoop client 3.4.1): a column of intervals is
# written with the logical type UNKNOWN, which is that of a column with nothing but nulls.
#
# Expected: INTERVAL is among the older converted types only, no logical type is there for it; so the footer
# has the converted type and no logical type.
# Happens: it has converted type INTERVAL and logical type UNKNOWN (NullType), for a required column, too,
# whose statistics say that no value is null. parquet-java itself reads it back as INTERVAL.
# Seen: one row with an interval and a date by ExampleParquetWriter, and the footer as it is in the file.
# Matters: the format has converted types read where there is no logical type. A reader that keeps to this
# takes every value as missing, or fails at values where none can be; training then fills in or drops a feature
# that is there. A reader has to know that UNKNOWN beside a converted type means the latter.
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
cat > Interval.java <<'JAVA'
import java.io.ByteArrayInputStream;
import java.nio.*;
import java.nio.file.*;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.format.*;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.*;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.*;

public class Interval {
  public static void main(String[] args) throws Exception {
    Path file = Path.of("interval.parquet");
    MessageType type = MessageTypeParser.parseMessageType("message row {"
        + " required fixed_len_byte_array(12) lasted (INTERVAL); required int32 day (DATE); }");
    try (var writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(type).build()) {
      SimpleGroup row = new SimpleGroup(type);
      row.add("lasted", // one month, two days, three milliseconds
          Binary.fromConstantByteArray(new byte[] {1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0}));
      row.add("day", 20000);
      writer.write(row);
    }
    byte[] bytes = Files.readAllBytes(file);
    int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 8);
    FileMetaData footer = Util.readFileMetaData(
        new ByteArrayInputStream(bytes, bytes.length - 8 - length, length));
    for (SchemaElement column : footer.getSchema().subList(1, 3)) {
      System.out.println(column.getName() + ": " + column.getRepetition_type() + ", converted type "
          + column.getConverted_type() + ", logical type " + column.getLogicalType());
    }
    long nulls = footer.getRow_groups().get(0).getColumns().get(0).getMeta_data().getStatistics().getNull_count();
    System.out.println("lasted: " + footer.getNum_rows() + " row, nulls: " + nulls);
    try (var reader = ParquetFileReader.open(new LocalInputFile(file))) {
      var read = reader.getFileMetaData().getSchema().getType("lasted").getLogicalTypeAnnotation();
      System.out.println("lasted, as parquet-java reads it: " + read);
      SchemaElement lasted = footer.getSchema().get(1);
      boolean so = lasted.getConverted_type() == ConvertedType.INTERVAL
          && lasted.getRepetition_type() == FieldRepetitionType.REQUIRED
          && lasted.isSetLogicalType() && lasted.getLogicalType().isSetUNKNOWN() && nulls == 0
          && read instanceof LogicalTypeAnnotation.IntervalLogicalTypeAnnotation;
      System.out.println(so ? "seen: intervals are marked as always null" : "no longer so");
      System.exit(so ? 0 : 1);
    }
  }
}
JAVA
java -cp "$(cat cp)" Interval.java

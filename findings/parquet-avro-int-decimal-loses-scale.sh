#!/usr/bin/env bash
# parquet-avro 1.15.2 (org.apache.parquet:parquet-avro, with Hadoop client 3.4.1): decimals that Parquet
# stores as INT32 or INT64 are read as whole numbers, a power of ten too large.
#
# Expected: one DECIMAL(_, 2) column reads the same however it is stored; with Avro's DecimalConversion
# added to the reader's model, as a BigDecimal.
# Happens: only FIXED_LEN_BYTE_ARRAY is read as 12.34. INT32 and INT64 columns lose their logical type on
# the way to an Avro schema (plain "int" and "long") and are read as 1234, conversion or not, silently.
# Seen: one row with 12.34 stored in the three ways, written by parquet-hadoop, read by AvroParquetReader.
# Matters: writers store small decimals as integers to save room, and may go from one storage to another as
# precision changes. Prices or rates reach training a hundred times too large; a model trained on files
# of one kind and served with the other is wrong by that factor, with a schema that looks sound.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
 <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version><dependencies>
  <dependency><groupId>org.apache.parquet</groupId><artifactId>parquet-avro</artifactId><version>1.15.2</version></dependency>
  <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-client-api</artifactId><version>3.4.1</version></dependency>
  <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-client-runtime</artifactId><version>3.4.1</version></dependency>
  <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
 </dependencies></project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile=cp >&2
cat > Decimals.java <<'JAVA'
import java.nio.file.Path;
import org.apache.avro.Conversions;
import org.apache.avro.generic.*;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.*;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.*;

public class Decimals {
  public static void main(String[] args) throws Exception {
    Path file = Path.of("decimals.parquet");
    MessageType type = MessageTypeParser.parseMessageType(
        "message row { required int32 small (DECIMAL(9,2)); required int64 large (DECIMAL(18,2));"
            + " required fixed_len_byte_array(4) fixed (DECIMAL(9,2)); }");
    try (var writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(type).build()) {
      SimpleGroup row = new SimpleGroup(type);
      row.add("small", 1234);
      row.add("large", 1234L);
      row.add("fixed", Binary.fromConstantByteArray(new byte[] {0, 0, 4, (byte) 0xd2}));
      writer.write(row);
    }
    GenericData model = new GenericData();
    model.addLogicalTypeConversion(new Conversions.DecimalConversion());
    try (var reader = AvroParquetReader.<GenericRecord>builder(new LocalInputFile(file))
        .withDataModel(model).build()) {
      GenericRecord row = reader.read();
      for (var field : row.getSchema().getFields()) {
        Object value = row.get(field.name());
        System.out.println(field.name() + ": " + value + " " + value.getClass().getSimpleName()
            + ", as " + field.schema());
      }
      boolean so = row.get("small").equals(1234) && row.get("large").equals(1234L)
          && row.get("fixed").toString().equals("12.34");
      System.out.println(so ? "seen: 12.34 is 1234 unless stored as bytes" : "no longer so");
      System.exit(so ? 0 : 1);
    }
  }
}
JAVA
java -cp "$(cat cp)" Decimals.java

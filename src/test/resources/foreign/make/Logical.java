// Writes logical-parquet-java.parquet: java -cp (parquet-hadoop 1.15.2 and what it needs) make/Logical.java, in the folder of the files.
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.simple.NanoTime;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

public class Logical {
  static final String[] FIELDS = {
    "int32 int8 (INTEGER(8,true))", "int32 uint8 (INTEGER(8,false))", "int32 uint32 (INTEGER(32,false))", "int64 uint64 (INTEGER(64,false))",
    "int32 dec32 (DECIMAL(4,2))", "int64 dec64 (DECIMAL(18,3))", "fixed_len_byte_array(3) dec_fixed (DECIMAL(6,4))", "binary dec_binary (DECIMAL(30,10))",
    "int32 date (DATE)", "int32 time_millis (TIME(MILLIS,true))", "int64 time_micros (TIME(MICROS,false))", "int64 time_nanos (TIME(NANOS,true))", "int64 time_wrong (TIME(MICROS,true))",
    "int64 ts_millis (TIMESTAMP(MILLIS,true))", "int64 ts_micros (TIMESTAMP(MICROS,false))", "int64 ts_nanos (TIMESTAMP(NANOS,true))", "int96 int96",
    "fixed_len_byte_array(2) float16 (FLOAT16)", "fixed_len_byte_array(16) uuid (UUID)", "fixed_len_byte_array(12) interval (INTERVAL)", "binary bson (BSON)", "binary json (JSON)", "binary enum (ENUM)",
    "binary text (STRING)", "binary bytes", "binary binary", "fixed_len_byte_array(2) fixed"
  };

  public static void main(String[] args) throws Exception {
    String fields = "required " + String.join("; required ", FIELDS) + "; repeated int32 repeated; optional group map (MAP) { repeated group key_value { required binary key (STRING); optional double value; } } "
        + "optional group list (LIST) { repeated group list { optional fixed_len_byte_array(2) element (FLOAT16); } } optional group struct { required int32 a; }";
    MessageType type = MessageTypeParser.parseMessageType("message m { " + fields + " }");
    Files.deleteIfExists(Path.of("logical-parquet-java.parquet"));
    try (var out = ExampleParquetWriter.builder(new LocalOutputFile(Path.of("logical-parquet-java.parquet"))).withConf(new PlainParquetConfiguration()).withType(type).withCompressionCodec(CompressionCodecName.UNCOMPRESSED).build()) {
      for (int i = 0; i < 2; i++) {
        SimpleGroup g = new SimpleGroup(type);
        g.add("int8", -100);
        g.add("uint8", 250);
        g.add("uint32", -1);
        g.add("uint64", -1L);
        g.add("dec32", -1234);
        g.add("dec64", -5L);
        g.add("dec_fixed", bytes(255, 255, 251));
        g.add("dec_binary", bytes(3, 0x7E, 0x11, 0xD6, 0));
        g.add("date", -1);
        g.add("time_millis", 36930500);
        g.add("time_micros", 36930500000L);
        g.add("time_nanos", 36930500000001L);
        g.add("time_wrong", 86400000000L);
        g.add("ts_millis", -750L);
        g.add("ts_micros", 1795428930123456L);
        g.add("ts_nanos", 123456789L);
        g.add("int96", new NanoTime(2440588 + 20780, 36930123456789L));
        g.add("float16", i == 0 ? bytes(0, 0xBA) : bytes(0, 0x7C)); // -0.75, infinity
        g.add("uuid", bytes(0xAB, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 15));
        g.add("interval", bytes(0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0));
        g.add("bson", bytes(5, 0, 0, 0, 0));
        g.add("json", "{\"a\": 1}");
        g.add("enum", "small");
        g.add("text", "Zürich");
        g.add("bytes", "x1");
        g.add("binary", bytes(255, 0));
        g.add("fixed", bytes('A', 'B'));
        g.add("repeated", 1);
        g.add("repeated", 2);
        var entry = g.addGroup("map").addGroup("key_value");
        entry.add("key", "k");
        entry.add("value", 1.0);
        var list = g.addGroup("list");
        list.addGroup("list").add("element", bytes(0, 0x3E)); // 1.5
        list.addGroup("list").add("element", bytes(1, 0)); // 2^-24
        g.addGroup("struct").add("a", 1);
        out.write(g);
      }
    }
  }

  static Binary bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return Binary.fromConstantByteArray(bytes);
  }
}

package io.beamgrad.model;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.beamgrad.data.files.AvroContainer;
import io.beamgrad.schema.ModelRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** The bytes of model files, as somebody changes them who knows the format. */
final class ModelBytes {
  private ModelBytes() {}

  /** The file with the checksum that its schema and its records have. */
  static byte[] withChecksum(byte[] whole) throws IOException {
    String text = new String(whole, ISO_8859_1);
    String hash = AvroContainer.parse(ByteBuffer.wrap(whole)).sha256();
    int checksum = text.indexOf("beamgrad.sha256") + "beamgrad.sha256".length() + 2;
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    changed.write(whole, 0, checksum);
    changed.write(hash.getBytes(ISO_8859_1));
    changed.write(whole, checksum + 64, whole.length - checksum - 64);
    return changed.toByteArray();
  }

  /** A file whose records have a further field, the first, which readers skip. */
  static byte[] withFieldBefore(byte[] whole, Schema type, byte[] encoded) throws IOException {
    List<Schema.Field> fields = new ArrayList<>();
    fields.add(new Schema.Field("before", type));
    Schema schema = ModelRecord.getClassSchema();
    schema.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    Schema further =
        Schema.createRecord(schema.getName(), null, schema.getNamespace(), false, fields);
    ByteBuffer record = AvroContainer.parse(ByteBuffer.wrap(whole)).records().get(0);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(whole, 0, 4); // by which Avro files begin
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(file, null);
    encoder.writeLong(2);
    encoder.writeString("avro.schema");
    encoder.writeString(further.toString());
    encoder.writeString("beamgrad.sha256");
    encoder.writeString("0".repeat(64));
    encoder.writeLong(0);
    byte[] sync = new byte[16];
    file.write(sync);
    encoder.writeLong(1);
    encoder.writeLong(encoded.length + record.remaining());
    file.write(encoded);
    Channels.newChannel(file).write(record);
    file.write(sync);
    return withChecksum(file.toByteArray());
  }
}

package io.beamgrad.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.schema.ModelRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/** The bytes of model files, as somebody changes them who knows the format. */
final class ModelBytes {
  private ModelBytes() {}

  /** The file with the checksum that its one block has. */
  static byte[] withChecksum(byte[] whole) throws IOException {
    String text = new String(whole, ISO_8859_1);
    byte[] sync = Arrays.copyOfRange(whole, whole.length - 16, whole.length);
    int first = text.indexOf(new String(sync, ISO_8859_1));
    ByteBuffer rest = ByteBuffer.wrap(whole);
    BoundedDecoder decoder = new BoundedDecoder(rest.position(first + 16));
    decoder.readLong();
    int size = (int) decoder.readLong();
    MessageDigest digest = Sha256.digest();
    digest.update(ModelRecord.getClassSchema().toString().getBytes(UTF_8));
    digest.update(whole, rest.position(), size);
    int checksum = text.indexOf("beamgrad.sha256") + "beamgrad.sha256".length() + 2;
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    changed.write(whole, 0, checksum);
    changed.write(Sha256.hex(digest.digest()).getBytes(ISO_8859_1));
    changed.write(whole, checksum + 64, whole.length - checksum - 64);
    return changed.toByteArray();
  }
}

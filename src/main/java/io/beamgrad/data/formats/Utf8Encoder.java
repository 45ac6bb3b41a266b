package io.beamgrad.data.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.streams.SourceStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;

/**
 * Gives a text of another encoding in UTF-8. Bytes that are none of its characters become U+FFFD.
 */
final class Utf8Encoder implements CsvBytes.Source {
  private final Reader in;
  private final CharsetEncoder encoder =
      UTF_8
          .newEncoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .replaceWith("\uFFFD".getBytes(UTF_8));
  private final CharBuffer chars = CharBuffer.allocate(1 << 15).limit(0);
  private boolean ended;

  Utf8Encoder(SourceStream in, Charset encoding) {
    this.in = new InputStreamReader(in.asInputStream(), encoding);
  }

  @Override
  public int read(byte[] to, int offset, int length) {
    ByteBuffer bytes = ByteBuffer.wrap(to, offset, length);
    while (encoder.encode(chars, bytes, ended).isUnderflow() && !ended) {
      readOn();
    }
    return bytes.position() - offset;
  }

  private void readOn() {
    try {
      chars.compact();
      ended = in.read(chars) < 0;
      chars.flip();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }
}

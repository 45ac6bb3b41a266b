package io.beamgrad.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UninterruptedTest {
  @TempDir Path folder;

  @Test
  void anInterruptThatCameBeforeComesAfterIt() throws IOException {
    Thread.currentThread().interrupt();

    assertEquals(3, Uninterrupted.get(() -> write(folder.resolve("file"))));

    assertTrue(Thread.interrupted());
    assertEquals("abc", Files.readString(folder.resolve("file")));
  }

  @Test
  void whatItThrowsIsThrown() {
    var e =
        assertThrows(
            UncheckedIOException.class,
            () -> Uninterrupted.get(() -> write(folder.resolve("a/b"))));
    assertTrue(e.getMessage().contains("a/b"), e.getMessage());
    assertThrows(
        StackOverflowError.class,
        () ->
            Uninterrupted.get(
                () -> {
                  throw new StackOverflowError();
                }));
    assertFalse(Thread.interrupted());
  }

  private static int write(Path file) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      return channel.write(ByteBuffer.wrap(new byte[] {'a', 'b', 'c'}));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

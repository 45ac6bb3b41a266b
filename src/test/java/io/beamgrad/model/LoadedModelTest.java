package io.beamgrad.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.failure.BrokenFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LoadedModelTest {
  @TempDir Path folder;

  private String model(String name) {
    String file = folder.resolve(name).toString();
    ModelFile.write(file, Models.crops());
    return file;
  }

  private static LoadedModel loaded(String path) {
    return new LoadedModel(
        path, ModelFile.read(path), ModelFile.network(path, ModelFile.read(path)));
  }

  /** Of a model on a slow disk only those wait who want that model. */
  @Test
  void oneIsLoadedWhileAnotherIsLoading() throws Exception {
    String slow = model("slow.avro");
    String other = model("other.avro");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch otherIsThere = new CountDownLatch(1);
    AtomicInteger reads = new AtomicInteger();
    CompletableFuture<LoadedModel> first =
        CompletableFuture.supplyAsync(
            () ->
                LoadedModel.of(
                    slow,
                    path -> {
                      reads.incrementAndGet();
                      begun.countDown();
                      await(otherIsThere);
                      return loaded(path);
                    }));
    begun.await();
    assertEquals(other, LoadedModel.of(other).path());
    otherIsThere.countDown();

    assertSame(first.get(1, TimeUnit.MINUTES), LoadedModel.of(slow));
    assertEquals(1, reads.get());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void oneThatCannotBeReadIsTriedAgain() {
    String file = model("m.avro");
    assertThrows(
        BrokenFileException.class,
        () ->
            LoadedModel.of(
                file,
                path -> {
                  throw new BrokenFileException("broken");
                }));
    assertEquals(file, LoadedModel.of(file).path());
  }
}

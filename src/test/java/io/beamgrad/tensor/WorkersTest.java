package io.beamgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WorkersTest {

  private static final long A_MINUTE = TimeUnit.MINUTES.toNanos(1);

  @Test
  void everyPartRunsOnceWithAnyNumberOfThreads() {
    for (int threads = 1; threads <= 4; threads++) {
      Workers workers = new Workers(threads);
      for (int round = 0; round < 2000; round++) {
        runsEachPartOnce(workers, round % 9);
      }
    }
  }

  /** Plain writes, so that the caller must see what the helpers did. */
  private static void runsEachPartOnce(Workers workers, int parts) {
    int[] runs = new int[parts];
    int[] expected = new int[parts];
    Arrays.fill(expected, 1);
    workers.run(part -> runs[part]++, parts);
    assertArrayEquals(expected, runs);
  }

  /** Two parts of which each waits for the other to begin. */
  private static Set<Thread> meet(Workers workers) {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch begun = new CountDownLatch(2);
    workers.run(
        part -> {
          threads.add(Thread.currentThread());
          begun.countDown();
          try {
            assertTrue(begun.await(1, TimeUnit.MINUTES));
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        2);
    return threads;
  }

  private static Thread helper(Workers workers) {
    return meet(workers).stream()
        .filter(thread -> thread != Thread.currentThread())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aHelperWorksBesideTheCaller() {
    Workers workers = new Workers(2, 0, A_MINUTE);
    for (int round = 0; round < 100; round++) {
      assertEquals(2, meet(workers).size());
    }
  }

  @Test
  void anIdleHelperEndsAndIsStartedAgain() throws InterruptedException {
    Workers workers = new Workers(2, 0, 0);
    Thread first = helper(workers);
    assertTrue(first.isDaemon());
    first.join(TimeUnit.MINUTES.toMillis(1));
    assertFalse(first.isAlive());
    assertNotSame(first, helper(workers));
  }

  @Test
  void whatAPartThrowsComesOutAndLeavesTheWorkersWhole() {
    Workers workers = new Workers(3);
    for (int round = 0; round < 300; round++) {
      Throwable thrown =
          round % 2 == 0 ? new IllegalStateException("part 3") : new StackOverflowError();
      Throwable found =
          assertThrows(
              thrown.getClass(),
              () ->
                  workers.run(
                      part -> {
                        if (part == 3 && thrown instanceof Error error) {
                          throw error;
                        } else if (part == 3) {
                          throw (RuntimeException) thrown;
                        }
                      },
                      7));
      assertSame(thrown, found);
      runsEachPartOnce(workers, 5);
    }
  }

  @Test
  void aPartMayCallTheWorkersItself() {
    Workers workers = new Workers(2);
    for (int round = 0; round < 300; round++) {
      workers.run(part -> runsEachPartOnce(workers, 4), 4);
    }
  }

  @Test
  void callersAtOnceAllComeToTheirEnd() throws InterruptedException {
    Workers workers = new Workers(2, 0, A_MINUTE); // a caller is helped whenever nobody else is
    AtomicIntegerArray rounds = new AtomicIntegerArray(4);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < rounds.length(); i++) {
      int caller = i;
      Thread thread =
          new Thread(
              () -> {
                try {
                  while (rounds.get(caller) < 3000) {
                    runsEachPartOnce(workers, 5);
                    rounds.incrementAndGet(caller);
                  }
                } catch (Throwable e) {
                  failure.set(e);
                }
              });
      callers.add(thread);
      thread.start();
    }
    for (Thread thread : callers) {
      thread.join();
    }
    assertEquals(null, failure.get());
    assertEquals("[3000, 3000, 3000, 3000]", rounds.toString());
  }

  @Test
  void nobodyIsHelpedWhereTwoCallInTurns() throws InterruptedException {
    Workers workers = new Workers(2, A_MINUTE, A_MINUTE);
    helper(workers); // works for this thread, which is alone
    Thread other = new Thread(() -> runsEachPartOnce(workers, 2));
    other.start();
    other.join();
    Thread caller = Thread.currentThread();
    for (int round = 0; round < 1000; round++) {
      workers.run(part -> assertSame(caller, Thread.currentThread()), 4);
    }
  }
}

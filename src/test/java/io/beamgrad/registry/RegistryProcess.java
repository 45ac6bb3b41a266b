package io.beamgrad.registry;

import io.beamgrad.Jvms;
import io.beamgrad.failure.LockedException;
import io.beamgrad.failure.RefusedDecisionException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.registry.Decision.Draft;
import io.beamgrad.registry.Decision.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A process that works in the registry of its first argument; the second says what. */
public final class RegistryProcess {
  static final int KEPT = 30;

  private RegistryProcess() {}

  /** Starts one; its error stream is among its output. */
  static Process start(Path registry, String what, Object... more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    command.addAll(Jvms.IN_ARABIC);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(RegistryProcess.class.getName(), registry.toString(), what));
    for (Object word : more) {
      command.add(word.toString());
    }
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  public static void main(String[] args) throws IOException {
    ModelRegistry registry = ModelRegistry.create(Path.of(args[0]), "m");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    switch (args[1]) {
      case "work" -> work(registry);
      case "hold" -> hold(registry, in, Duration.ofMillis(Long.parseLong(args[2])));
      default -> throw new IllegalArgumentException(args[1]);
    }
  }

  /** Makes decisions of all kinds for ever. */
  private static void work(ModelRegistry registry) throws IOException {
    for (int i = 0; ; i++) {
      try (RegistryLock lock = registry.lock(Registries.LEASE)) {
        Decision made = Registries.publish(registry, lock, model(i));
        if (i % 3 == 0) {
          lock.staging("worse");
          lock.record(Draft.of(Kind.NOT_BETTER, made.version(), "it is worse"));
        }
        if (i % 7 == 6) {
          registry.rollBack(Optional.of(made.parent()), "as a test");
          lock.prune(KEPT, "as a test");
        }
        System.out.println(made.version());
      } catch (RefusedDecisionException | WrongInputException e) {
        // another version is in service meanwhile
      }
    }
  }

  /** A text that takes more than one write. */
  static String model(int i) {
    return "model %s %s end".formatted(i, "x".repeat(200_000));
  }

  /** Takes the lock, and publishes when it is told to. */
  private static void hold(ModelRegistry registry, BufferedReader in, Duration lease)
      throws IOException {
    try (RegistryLock lock = registry.lock(lease)) {
      Path staging = Registries.fill(lock.staging("key"), model(0));
      Draft draft = Registries.better(registry);
      System.out.println("holds");
      if (in.readLine() != null) {
        System.out.println("published " + lock.publish(staging, draft).version());
      }
    } catch (LockedException e) {
      System.out.println(e.getMessage());
      System.exit(12);
    } catch (RefusedDecisionException e) {
      System.out.println(e.getMessage());
      System.exit(1);
    }
  }
}

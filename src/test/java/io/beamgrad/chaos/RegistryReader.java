package io.beamgrad.chaos;

import io.beamgrad.model.ModelFile;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Loads the version in service again and again until closed, as one that serves it would. That
 * there is none, or that it is not whole, is an offence.
 */
final class RegistryReader implements AutoCloseable {
  private final ModelRegistry registry;
  private final Thread thread = new Thread(this::read, "reader");
  private final List<String> offences = new ArrayList<>();
  private volatile boolean isClosed;
  private long loads;

  private RegistryReader(ModelRegistry registry) {
    this.registry = registry;
  }

  static RegistryReader start(Path registry, String model) {
    RegistryReader reader = new RegistryReader(ModelRegistry.open(registry, model));
    reader.thread.setDaemon(true);
    reader.thread.start();
    return reader;
  }

  private void read() {
    try {
      while (!isClosed) {
        load();
        TimeUnit.MILLISECONDS.sleep(2);
      }
    } catch (InterruptedException e) {
      add("the reader was interrupted");
    }
  }

  private void load() {
    try {
      Optional<Version> current = registry.current();
      if (current.isEmpty()) {
        add("no version is in service");
        return;
      }
      ModelFile.read(current.get().model().toString());
      synchronized (this) {
        loads++;
      }
    } catch (RuntimeException e) {
      add("the version in service cannot be loaded: " + e.getMessage());
    }
  }

  private synchronized void add(String offence) {
    offences.add(offence);
  }

  synchronized List<String> offences() {
    return List.copyOf(offences);
  }

  /** How often a version was loaded. */
  synchronized long loads() {
    return loads;
  }

  @Override
  public void close() throws InterruptedException {
    isClosed = true;
    thread.join();
  }
}

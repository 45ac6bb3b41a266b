package io.beamgrad.registry;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Loads the version in service over and over, as a server would, and notes what fails. */
final class Reader implements AutoCloseable {
  private final ModelRegistry registry;
  private final Thread thread = new Thread(this::read, "reader");
  private final List<String> faults = new ArrayList<>();
  private volatile boolean isClosed;
  private final AtomicInteger loaded = new AtomicInteger();

  Reader(ModelRegistry registry) {
    this.registry = registry;
    thread.start();
  }

  private void read() {
    boolean wasThere = false;
    while (!isClosed) {
      Version version = null;
      try {
        version = registry.current().orElse(null);
        if (version == null && wasThere) {
          faults.add("no version in service any more");
        } else if (version != null) {
          wasThere = true;
          version.verify();
          String model = Registries.model(version);
          if (!model.endsWith(" end")) {
            faults.add("half a model: " + version);
          }
          loaded.incrementAndGet();
        }
      } catch (Exception e) {
        // A slow reader may be overtaken by so many versions that its own is removed.
        if (version == null || Files.exists(version.folder())) {
          faults.add(e.toString());
        }
      }
    }
  }

  int loaded() {
    return loaded.get();
  }

  /** Ends reading. */
  List<String> faults() throws InterruptedException {
    close();
    return faults;
  }

  @Override
  public void close() throws InterruptedException {
    isClosed = true;
    thread.join();
  }
}

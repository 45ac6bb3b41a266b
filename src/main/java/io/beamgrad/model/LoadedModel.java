package io.beamgrad.model;

import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.nn.Module;
import io.beamgrad.schema.ModelRecord;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * A model that is ready to predict, shared by all threads of the JVM: what predicts only reads it.
 *
 * <p>Those used last stay in memory, up to {@value #MOST_BYTES} bytes of weights, and the newest
 * one whatever its size. A file that has been replaced is read anew.
 *
 * @param path where it comes from
 */
public record LoadedModel(String path, ModelRecord model, Module network) {
  private static final long MOST_BYTES = 256 << 20;

  /** By path and version of the file, that used last at the end. */
  private static final Map<String, Entry> LOADED = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * The model of a file.
   *
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where it is no whole model, or its weights do not fit its layers
   */
  public static LoadedModel of(String path) {
    return of(path, LoadedModel::read);
  }

  /** As {@link #of(String)}, with the reader of a file that is not in memory. */
  public static LoadedModel of(String path, Function<String, LoadedModel> reader) {
    String key = path + " " + Storage.version(path);
    Entry entry;
    synchronized (LOADED) {
      entry = LOADED.computeIfAbsent(key, any -> new Entry());
    }
    synchronized (entry) { // who comes second waits, rather than to load it too
      try {
        if (entry.model == null) {
          entry.model = reader.apply(path);
          forgetOldest();
        }
        return entry.model;
      } finally {
        if (entry.model == null) {
          forget(key, entry);
        }
      }
    }
  }

  private static LoadedModel read(String path) {
    ModelRecord model = ModelFile.read(path);
    return new LoadedModel(path, model, ModelFile.network(path, model));
  }

  private static void forget(String key, Entry entry) {
    synchronized (LOADED) {
      LOADED.remove(key, entry);
    }
  }

  private static void forgetOldest() {
    synchronized (LOADED) {
      long bytes = LOADED.values().stream().mapToLong(Entry::bytes).sum();
      var oldest = LOADED.values().iterator();
      while (bytes > MOST_BYTES && LOADED.size() > 1) {
        bytes -= oldest.next().bytes();
        oldest.remove();
      }
    }
  }

  /** The place of a model; whoever loads it holds the lock of its entry, and none else. */
  private static final class Entry {
    private volatile LoadedModel model; // null until it is loaded

    /** Of one that is being loaded they are not known. */
    long bytes() {
      LoadedModel loaded = model;
      return loaded == null ? 0 : loaded.bytes();
    }
  }

  /**
   * The weights are there twice: as they were read, and as the network has them; those of keys
   * once.
   */
  private long bytes() {
    long keys = KeyedModels.encoding(model).map(key -> key.getHashes().remaining()).orElse(0);
    return 2L * model.getParameters().stream().mapToLong(p -> p.getValues().remaining()).sum()
        + model.getKeyWeights().stream().mapToLong(part -> part.getValues().remaining()).sum()
        + keys;
  }
}

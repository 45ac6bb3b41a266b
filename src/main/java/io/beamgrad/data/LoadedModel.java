package io.beamgrad.data;

import io.beamgrad.nn.Sequential;
import io.beamgrad.schema.ModelRecord;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model that is ready to predict, shared by all threads of the JVM: what predicts only reads it.
 *
 * <p>Those used last stay in memory, up to {@value #MOST_BYTES} bytes of weights, and the newest
 * one whatever its size. A file that has been replaced is read anew.
 *
 * @param path where it comes from
 */
record LoadedModel(String path, ModelRecord model, Sequential network) {
  private static final long MOST_BYTES = 256 << 20;

  /** By path and version of the file, that used last at the end. */
  private static final Map<String, LoadedModel> LOADED = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * The model of a file.
   *
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where it is no whole model, or its weights do not fit its layers
   */
  static LoadedModel of(String path) {
    synchronized (LOADED) { // who comes second waits, rather than to load it too
      String key = path + " " + Storage.version(path);
      LoadedModel known = LOADED.get(key);
      if (known == null) {
        ModelRecord model = ModelFile.read(path);
        known = new LoadedModel(path, model, ModelFile.network(path, model));
        LOADED.put(key, known);
        forgetOldest();
      }
      return known;
    }
  }

  private static void forgetOldest() {
    long bytes = LOADED.values().stream().mapToLong(LoadedModel::bytes).sum();
    var oldest = LOADED.values().iterator();
    while (bytes > MOST_BYTES && LOADED.size() > 1) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }

  /** The weights are there twice: as they were read, and as the network has them. */
  private long bytes() {
    return 2L * model.getParameters().stream().mapToLong(p -> p.getValues().remaining()).sum();
  }
}

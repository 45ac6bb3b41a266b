package io.beamgrad.benchmarks;

import io.beamgrad.Python;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The twin, {@code scripts/bench.py}, by the first Python on this machine that has PyTorch. */
final class PyTorch {

  private static final Python PYTHON = Python.with("torch").orElse(null);

  private static final Map<String, String> PROGRAMS =
      new TreeMap<>(
          Map.of(
              "dataset", "Dataset and DataLoader, as the tutorial has it",
              "tensors", "TensorDataset and DataLoader",
              "sliced", "batches sliced from one tensor"));

  private PyTorch() {}

  static String describe() throws IOException, InterruptedException {
    return PYTHON == null
        ? "there is no PyTorch to compare with"
        : "PyTorch %s on batches sliced from one tensor"
            .formatted(PYTHON.run("-c", "import torch; print(torch.__version__)").strip());
  }

  /** Seconds of its epochs, by model and number of threads. */
  static final class Epochs {
    private final Map<String, List<Double>> seconds = new LinkedHashMap<>();

    void measure(Path mnist) throws IOException, InterruptedException {
      if (PYTHON == null) {
        return;
      }
      for (String line : PYTHON.run("scripts/bench.py", "epochs", mnist.toString()).split("\n")) {
        String[] words = line.split(" ");
        seconds.computeIfAbsent(words[0], name -> new ArrayList<>()).add(Double.valueOf(words[1]));
      }
    }

    boolean isThere() {
      return !seconds.isEmpty();
    }

    /** The median by the number of threads that suits it best. */
    double best(String model) {
      return Statistics.median(seconds.get(model + "-" + bestThreads(model)));
    }

    String bestThreads(String model) {
      return seconds.keySet().stream()
          .filter(name -> name.startsWith(model + "-"))
          .min((a, b) -> Double.compare(median(a), median(b)))
          .orElseThrow()
          .substring(model.length() + 1);
    }

    private double median(String name) {
      return Statistics.median(seconds.get(name));
    }
  }

  /** Whole programs that train as mnist.yaml does, for a contest. */
  static void addPrograms(Contest contest, Path mnist) {
    if (PYTHON != null) {
      PROGRAMS.forEach(
          (kind, name) ->
              contest.add(
                  "PyTorch, " + name,
                  () -> Peers.run(PYTHON, "scripts/bench.py", "program", kind, mnist.toString())));
    }
    Peers.sayWhere(Optional.ofNullable(PYTHON), "PyTorch");
  }
}

package io.beamgrad.benchmarks;

import io.beamgrad.Python;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The twin, {@code scripts/bench.py}, by the first Python on this machine that has PyTorch. */
final class PyTorch {

  private static final Python PYTHON = Python.with("torch").orElse(null);

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

  /** Seconds of whole programs. */
  static final class Programs {
    static final List<String> KINDS = List.of("dataset", "tensors", "sliced");

    private final Map<String, List<Double>> seconds = new LinkedHashMap<>();

    void measure(Path mnist) throws IOException, InterruptedException {
      if (PYTHON == null) {
        return;
      }
      for (String kind : KINDS) {
        long start = System.nanoTime();
        PYTHON.run("scripts/bench.py", "program", kind, mnist.toString());
        double wall = (System.nanoTime() - start) * 1e-9;
        seconds.computeIfAbsent(kind, name -> new ArrayList<>()).add(wall);
      }
    }

    boolean isThere() {
      return !seconds.isEmpty();
    }

    double median(String kind) {
      return Statistics.median(seconds.get(kind));
    }

    static String describe(String kind) {
      return switch (kind) {
        case "dataset" -> "Dataset and DataLoader, as the tutorial has it";
        case "tensors" -> "TensorDataset and DataLoader";
        default -> "batches sliced from one tensor";
      };
    }
  }
}

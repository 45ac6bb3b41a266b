package io.beamgrad.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.Python;
import io.beamgrad.cli.Cli;
import io.beamgrad.model.Model;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** Exported weights in Python, where it has the module that they are for. */
class ExportIT {
  /** Reads a safetensors file without the package of that name. */
  private static final String READ =
      """
      import json, struct, sys
      file = open(sys.argv[1], "rb").read()
      (length,) = struct.unpack("<Q", file[:8])
      header = json.loads(file[8:8 + length])
      assert header.pop("__metadata__")["format"] == "pt"
      values = {}
      for name, entry in header.items():
          assert entry["dtype"] == "F32"
          begin, end = entry["data_offsets"]
          values[name] = (entry["shape"], file[8 + length + begin:8 + length + end])
      """;

  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void writeAModel() {
    model = folder.resolve("model.avro");
    ModelFile.write(model.toString(), Models.digits());
  }

  @Test
  void pytorchLoadsSafetensorsAndGivesTheSameOutputs() throws IOException, InterruptedException {
    Python python = python("torch", "python3-torch of Debian");
    Path weights = export("w.safetensors");

    String printed =
        python.run(
            "-c",
            READ
                + """
                import torch
                state = {n: torch.frombuffer(bytearray(b), dtype=torch.float32).reshape(s)
                         for n, (s, b) in values.items()}
                model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 16),
                                            torch.nn.ReLU(), torch.nn.Linear(16, 10))
                model.load_state_dict(state)
                image = torch.arange(784, dtype=torch.float32).remainder(256).reshape(1, 28, 28)
                print(*torch.softmax(model(image / 255), 1)[0].tolist())
                """,
            weights.toString());

    byte[] image = new byte[784];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) i;
    }
    float[] expected = Model.load(model).predict(image).probabilities();
    List<Double> found = Arrays.stream(printed.strip().split(" ")).map(Double::valueOf).toList();
    for (int i = 0; i < 10; i++) {
      assertEquals(expected[i], found.get(i), 1e-6);
    }
  }

  @Test
  void numpyReadsNpzAndTheBytesOfSafetensors() throws IOException, InterruptedException {
    Python python = python("numpy", "NumPy");
    Path weights = export("w.safetensors");
    Path arrays = export("w.npz");

    String printed =
        python.run(
            "-c",
            READ
                + """
                import numpy
                arrays = numpy.load(sys.argv[2])
                for name in arrays.files:
                    shape, bytes = values[name]
                    assert arrays[name].dtype == numpy.float32
                    assert arrays[name].tobytes() == bytes and list(arrays[name].shape) == shape
                    print(name, shape)
                """,
            weights.toString(),
            arrays.toString());

    assertEquals(
        List.of("1.weight [16, 784]", "1.bias [16]", "3.weight [10, 16]", "3.bias [10]"),
        printed.lines().toList());
  }

  private static Python python(String module, String what) {
    Optional<Python> python = Python.with(module);
    if (python.isEmpty()) {
      System.out.println("SKIPPED: a test of exported weights needs a Python with " + what);
      throw new TestAbortedException("no Python with " + module);
    }
    return python.get();
  }

  private Path export(String name) {
    Path out = folder.resolve(name);
    List<String> arguments = new ArrayList<>(List.of("export", "--model", model.toString()));
    arguments.addAll(List.of("--out", out.toString()));
    assertEquals(0, Cli.run(arguments.toArray(String[]::new)).exitCode());
    assertTrue(Files.isRegularFile(out));
    return out;
  }
}

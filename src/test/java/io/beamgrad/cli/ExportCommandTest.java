package io.beamgrad.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Models;
import io.beamgrad.model.SafetensorsFile;
import io.beamgrad.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
  @TempDir Path folder;
  private String model;

  @BeforeEach
  void writeAModel() {
    model = folder.resolve("digits.avro").toString();
    ModelFile.write(model, Models.digits());
  }

  @Test
  void safetensorsHaveTheNamesAndShapesOfAStateDict() throws IOException {
    String out = folder.resolve("new/w.bin").toString();

    Cli.Result result = export("--format", "SafeTensors", "--out", out);

    assertEquals(new Cli.Result(0, "wrote " + out + "\n", ""), result);
    Map<String, Tensor> weights = SafetensorsFile.read(out);
    assertEquals(
        List.of("1.weight", "1.bias", "3.weight", "3.bias"), List.copyOf(weights.keySet()));
    assertArrayEquals(new int[] {16, 784}, weights.get("1.weight").shape());
    ModelFile.parameters(Models.digits())
        .forEach((name, tensor) -> assertArrayEquals(tensor.data(), weights.get(name).data()));
    String about =
        "{\"__metadata__\":{\"format\":\"pt\",\"name\":\"digits\","
            + "\"layers\":\"[\\\"flatten\\\",\\\"linear 16\\\",\\\"relu\\\",\\\"linear 10\\\"]\","
            + "\"loss\":\"cross_entropy\",\"features\":\"[\\\"image\\\"]\",";
    assertTrue(new String(Files.readAllBytes(Path.of(out)), 8, 400, UTF_8).startsWith(about));
  }

  @Test
  void withoutAFormatTheSuffixSaysIt() throws IOException {
    Path out = folder.resolve("w.NPZ");

    assertEquals(0, export("--out", out.toString()).exitCode());

    assertEquals("PK", new String(Files.readAllBytes(out), 0, 2, UTF_8));
  }

  @Test
  void whatCannotBeDoneIsSaidInOneLine() throws IOException {
    assertRefused(
        "--format must be safetensors, onnx or npz, was gguf", "--format", "gguf", "--out", "x");
    assertRefused(
        "--format is needed, as x.bin does not end in .safetensors, .onnx or .npz",
        "--out",
        "x.bin");
    assertRefused(folder + ": is a folder, not a file", "--format", "npz", "--out", "" + folder);
    Path link = Files.createSymbolicLink(folder.resolve("link.npz"), Path.of(model));
    assertRefused(
        link + ": is both --model and --out; choose another name or folder", "--out", "" + link);

    Files.write(Path.of(model), new byte[10]);
    String out = folder.resolve("x.npz").toString();
    assertRefused(
        model + ": not a whole Avro file of ModelRecord: it does not begin as an Avro file does",
        "--out",
        out);
    assertFalse(Files.exists(Path.of(out)));
  }

  private void assertRefused(String message, String... arguments) {
    assertEquals(new Cli.Result(2, "", "beamgrad: " + message + "\n"), export(arguments));
  }

  private Cli.Result export(String... arguments) {
    String[] all = new String[arguments.length + 3];
    System.arraycopy(new String[] {"export", "--model", model}, 0, all, 0, 3);
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return Cli.run(all);
  }
}

package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.report.Screen;
import io.beamgrad.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What data, names and files have of control characters is shown as text. */
class ControlCharactersTest {
  private static final Path FOREIGN = Path.of("src/test/resources/foreign").toAbsolutePath();
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}&&[^\n\t]]");
  private static final String RED = "\\u001b[31mred\\u001b[0m";
  private static final String BLUE = "bl\\u0007ue";

  @TempDir Path folder;

  private static String shown(int exitCode, String... arguments) {
    Cli.Result result = Cli.run(arguments);
    String all = result.out() + result.err();
    assertEquals(exitCode, result.exitCode(), all);
    assertFalse(CONTROL.matcher(all).find(), all);
    return all;
  }

  private String train(String name) {
    String run = folder.resolve(name).toString();
    String spec = FOREIGN.resolve("r10-16-control.yaml").toString();
    shown(0, "train", spec, "--set", "data.dir=" + FOREIGN, "--set", "epochs=2", "--out", run);
    return run;
  }

  @Test
  void labelsAreShownAsTextInEveryCommandAndItsTablesAreAligned() throws IOException {
    String run = train("run");
    String model = run + "/model.avro";
    String job = run + "/job.yaml";
    String data = FOREIGN.resolve("r10-16-control.csv").toString();

    List<String> lines =
        shown(0, "evaluate", "--model", model, "--input", data).lines().skip(1).toList();
    assertTrue(lines.get(1).matches(Pattern.quote(RED) + " +48 .*"), lines.get(1));
    assertTrue(lines.get(2).matches(Pattern.quote(BLUE) + " +72 .*"), lines.get(2));
    assertEquals(lines.get(0).length(), lines.get(1).length());
    assertEquals(lines.get(0).length(), lines.get(2).length());
    assertEquals(lines.get(4).length(), lines.get(5).length());
    shown(0, "evaluate", "--model", model, "--input", data, "--json");
    assertTrue(shown(0, "show", "data", job).contains("\n" + BLUE + "  "));
    assertTrue(shown(0, "inspect", model).contains("classes " + RED + ", " + BLUE));
    shown(0, "inspect", model, "--json");
    shown(0, "runs", folder.toString());
    String compared = folder.resolve("compare.html").toString();
    shown(0, "compare", run, train("again"), "--out", compared);
    Path written = folder.resolve("init.yaml");
    shown(0, "init", "--no-trial", data, "--target", "y", "--out", written.toString());
    assertFalse(CONTROL.matcher(Files.readString(written)).find());
    shown(2, "train", job, "--set", "data.features=[\u001b[2J]", "--out", run + "2");
    String page = Files.readString(Path.of(run, "report.html"));
    assertFalse(CONTROL.matcher(page).find());
    assertTrue(page.contains(RED));
  }

  @Test
  void predictionsAreDataInAPipeAndTextOnATerminal() {
    String[] predict = {
      "predict", "--model", train("run") + "/model.avro", "--input", FOREIGN + "/r10-16-control.csv"
    };

    assertTrue(Cli.run(predict).out().contains("\n1,bl\u0007ue,"));
    Screen live = Screen.live(80);
    assertEquals(0, Main.run(live.terminal(), predict));
    assertTrue(live.out().contains("\n1," + BLUE + ","), live.out());
    assertFalse(live.out().contains("\u0007"));
  }

  @Test
  void namesAndFilesOfFailuresAreShownAsText() throws IOException {
    Path file = folder.resolve("a\u001b]0;b\u0007.csv");
    assertTrue(shown(2, "train", "no\u009b\tne.yaml").contains("no\\u009b\\tne.yaml: no such"));
    assertTrue(shown(2, "tra\u001bin").contains("tra\\u001bin"));
    assertTrue(shown(2, "init", file + "", "--target", "y").contains("a\\u001b]0;b\\u0007.csv"));
    assertTrue(shown(2, "--debug", "train", "no\u001bne").contains("no\\u001bne"));
    Files.writeString(file, "x\u001b[1m,y\n1,2\n2,3\u007f\n");
    shown(2, "init", file.toString(), "--target", "z");
  }

  @Test
  void onlyTheTerminalItselfEmphasisesAndErases() {
    Screen screen = Screen.coloured();
    Terminal terminal = screen.terminal();

    terminal.heading("a\u001b[1mb", " c\u001b[0m");
    terminal.status("bar\r\u202e");
    terminal.error("gone\u001b[K");

    String bold = "\u001b[1ma\\u001b[1mb\u001b[0m c\\u001b[0m\n";
    assertEquals(bold + "\r\u001b[Kbar\\r\\u202e\r\u001b[K", screen.out());
    assertEquals("beamgrad: gone\\u001b[K\n", screen.err());
  }
}

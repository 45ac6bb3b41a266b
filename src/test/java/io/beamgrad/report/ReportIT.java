package io.beamgrad.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.beamgrad.cli.Cli;
import io.beamgrad.job.MixedTable;
import io.beamgrad.retrain.DailyDigits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pages in a real browser. Their pictures are kept in {@code target/reports} for those who want
 * to look.
 */
class ReportIT {
  private static final Path PICTURES = Path.of("target/reports");

  /** Elements that reach out of the window and are in no box that scrolls by itself. */
  private static final String TOO_WIDE =
      """
      [...document.querySelectorAll('body *')]
        .filter(e => !e.closest('.scroll') && !e.closest('.tall'))
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => e.tagName + '.' + e.getAttribute('class'))
      """;

  @TempDir Path folder;

  private Path train(String spec, String name, String... settings) {
    Path out = folder.resolve(name);
    List<String> arguments = new ArrayList<>(List.of("train", spec, "--out", out.toString()));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    Cli.Result result = Cli.run(arguments.toArray(new String[0]));
    assertEquals(0, result.exitCode(), result.err());
    return out;
  }

  @Test
  void pagesFitPhoneScreenAndPaperInLightAndDarkAndAskForNothing() throws Exception {
    Optional<Path> program = Chromium.program();
    if (program.isEmpty()) {
      System.err.println("ReportIT: skipped: no chromium on the PATH to show the pages with");
    }
    assumeTrue(program.isPresent(), "no chromium on the PATH to show the pages with");
    String digits = "data.dir=" + folder.resolve("digits");
    String few = "data.generate.digits=1200";
    Path hidden = train("pipelines/digits.yaml", "digits-run", digits, few);
    Path linear =
        train(
            "pipelines/digits.yaml",
            "linear-run",
            digits,
            few,
            "model=[flatten, {linear: {out: 10}}]");
    Path crops = train("pipelines/crop-yield.yaml", "crops-run");
    Path table = MixedTable.write(folder.resolve("customers.csv"), 2000, 1);
    Path mixed = folder.resolve("customers.yaml");
    assertEquals(
        0,
        Cli.run(
                "init",
                "--no-trial",
                table.toString(),
                "--target",
                "left",
                "--out",
                mixed.toString())
            .exitCode());
    String stratified = "split={validation: 0.2, test: 0.2, by: stratified}";
    Path customers = train(mixed.toString(), "customers-run", stratified, "epochs=10");
    Path compared = folder.resolve("compare.html");
    assertEquals(
        0,
        Cli.run("compare", hidden.toString(), linear.toString(), "--out", compared.toString())
            .exitCode());

    Path evaluated = folder.resolve("evaluation.html");
    assertEquals(
        0,
        Cli.run(
                "evaluate",
                "--model",
                hidden.resolve("model.avro").toString(),
                "--data",
                hidden.resolve("job.yaml").toString(),
                "--report",
                evaluated.toString())
            .exitCode());
    DailyDigits daily = new DailyDigits(Files.createDirectories(folder.resolve("daily")));
    String retrained = daily.spec("gate: {test: none}").toString();
    String registry = daily.registry().toString();
    for (int day = 1; day <= 4; day++) {
      daily.day(day);
      String date = "2026-11-0" + day;
      int exitCode =
          Cli.run("retrain", retrained, "--registry", registry, "--date", date).exitCode();
      assertTrue(exitCode == 0 || exitCode == 11, "exit code " + exitCode);
    }

    Files.createDirectories(PICTURES);
    try (Chromium browser =
        new Chromium(program.get(), Files.createDirectories(folder.resolve("profile")))) {
      check(browser, "digits", hidden.resolve("report.html"), 40);
      check(browser, "linear", linear.resolve("report.html"), 50);
      check(browser, "crops", crops.resolve("report.html"), 0);
      check(browser, "customers", customers.resolve("report.html"), 0);
      check(browser, "compare", compared, 0);
      check(browser, "evaluation", evaluated, 40);
      check(browser, "registry", daily.registry().resolve("daily/index.html"), 0);
    }
  }

  @Test
  void aPageThatDoesWhatOursMayNotIsFoundOut() throws Exception {
    assumeTrue(Chromium.program().isPresent(), "no chromium on the PATH to show the pages with");
    Path page =
        Files.writeString(
            folder.resolve("bad.html"),
            """
            <!doctype html><body><img src="http://127.0.0.1:9/none.png">
            <div class="wide" style="width:2000px">wide</div>
            <script>console.error("said")</script></body>
            """);
    try (Chromium browser =
        new Chromium(
            Chromium.program().get(), Files.createDirectories(folder.resolve("profile")))) {
      browser.open(page, 390, false);

      assertEquals("[\"DIV.wide\"]", browser.evaluate(TOO_WIDE).toString());
      assertEquals(
          List.of(page.toUri().toString(), "http://127.0.0.1:9/none.png"), addresses(browser));
      assertTrue(
          browser.complaints().stream().anyMatch(text -> text.contains("said")),
          browser.complaints().toString());
    }
  }

  private static void check(Chromium browser, String name, Path page, int mostPictures)
      throws Exception {
    for (int width : new int[] {390, 1280}) {
      browser.open(page, width, false);
      BufferedImage light = screenshot(browser, name + "-" + width);
      assertEquals(List.of(page.toUri().toString()), addresses(browser), name);
      assertEquals(List.of(), browser.complaints(), name);
      assertEquals("[]", browser.evaluate(TOO_WIDE).toString(), name + " at " + width);
      assertEquals(width, browser.evaluate("document.documentElement.scrollWidth").asInt(), name);
      assertEquals(
          0, browser.evaluate("[...document.images].filter(i => !i.naturalWidth).length").asInt());
      int pictures = browser.evaluate("document.images.length").asInt();
      assertTrue(pictures <= mostPictures && (mostPictures == 0 || pictures >= 20), name);
      browser.open(page, width, true);
      BufferedImage dark = screenshot(browser, name + "-" + width + "-dark");
      assertNotEquals(light.getRGB(0, 0), dark.getRGB(0, 0), name);
      assertEquals(List.of(), browser.complaints(), name);
    }
    byte[] paper = browser.print();
    Files.write(PICTURES.resolve(name + ".pdf"), paper);
    assertTrue(new String(paper, 0, 5, java.nio.charset.StandardCharsets.US_ASCII).equals("%PDF-"));
  }

  private static BufferedImage screenshot(Chromium browser, String name) throws Exception {
    byte[] png = browser.screenshot();
    Files.write(PICTURES.resolve(name + ".png"), png);
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
    assertTrue(picture.getHeight() > 900, name + " is " + picture.getHeight() + " high");
    return picture;
  }

  /** What was asked for, but for what is in the page itself. */
  private static List<String> addresses(Chromium browser) {
    return StreamSupport.stream(browser.requests().spliterator(), false)
        .filter(address -> !address.startsWith("data:"))
        .toList();
  }
}

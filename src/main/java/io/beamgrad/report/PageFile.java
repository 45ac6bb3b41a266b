package io.beamgrad.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import gg.jte.html.HtmlTemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.report.pages.JtecompareGenerated;
import io.beamgrad.report.pages.JteregistryGenerated;
import io.beamgrad.report.pages.JtereportGenerated;
import java.util.function.Consumer;

/**
 * Writes each page as one HTML file that needs no other file. The file appears whole or not at all.
 */
public final class PageFile {
  private PageFile() {}

  public static void write(String path, ReportPage page) {
    write(path, out -> JtereportGenerated.render(out, null, page));
  }

  public static void write(String path, ComparePage page) {
    write(path, out -> JtecompareGenerated.render(out, null, page));
  }

  public static void write(String path, RegistryPage page) {
    write(path, out -> JteregistryGenerated.render(out, null, page));
  }

  private static void write(String path, Consumer<HtmlTemplateOutput> template) {
    StringOutput text = new StringOutput(1 << 17);
    template.accept(
        new OwaspHtmlTemplateOutput(text) {
          @Override
          public void writeUserContent(String value) {
            super.writeUserContent(value == null ? null : RejectText.onItsLines(value));
          }
        });
    byte[] bytes = text.toString().getBytes(UTF_8);
    Storage.write(path, file -> file.write(bytes));
  }

  /** A word of a command, quoted for a shell. */
  public static String quoted(String word) {
    return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}

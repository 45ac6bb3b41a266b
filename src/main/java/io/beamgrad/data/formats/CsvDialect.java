package io.beamgrad.data.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.rows.FieldParser;
import io.beamgrad.data.streams.SourceStream;
import io.beamgrad.schema.CsvOptions;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds delimiter, quote, escape and comment of a CSV file: those by which most of its first
 * records have as many fields as the header, of these the ones by which more fields have quotes, of
 * these the one with lines of comment, of these the usual ones. Its encoding is UTF-16 where a byte
 * order mark says so, Windows-1252 where most of its first other characters than ASCII are no
 * UTF-8, and else UTF-8.
 */
public final class CsvDialect {
  private static final int SAMPLE_CHARS = 1 << 18;
  private static final int ENCODING_BYTES = 1 << 22;
  private static final List<String> DELIMITERS = List.of(",", ";", "\t", "|");
  private static final List<String> COMMENTS = List.of("#", "%");
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final char NONE = 0;
  private static final int LAST_ASCII = 0x7f;
  private static final int BIG_ENDIAN = 0xfeff;
  private static final int LITTLE_ENDIAN = 0xfffe;

  private final String encoding;
  private final String text;
  private final boolean isWhole;

  private CsvDialect(String encoding, String text, boolean isWhole) {
    this.encoding = encoding;
    this.text = text;
    this.isWhole = isWhole;
  }

  /**
   * The style of a file; what it does not show is as in the default style.
   *
   * @param name what messages call the file
   */
  public static CsvStyle of(String file, String name) {
    CsvOptions usual = CsvStyle.DEFAULT.of(file.substring(file.lastIndexOf('/') + 1));
    String encoding = encoding(file, name);
    try (SourceStream in = SourceStream.open(file, name);
        Reader chars = new InputStreamReader(in.asInputStream(), Charset.forName(encoding))) {
      char[] sample = new char[SAMPLE_CHARS];
      int size = 0;
      int read = 0;
      for (; read >= 0 && size < SAMPLE_CHARS; size += Math.max(0, read)) {
        read = chars.read(sample, size, SAMPLE_CHARS - size);
      }
      boolean isWhole = read < 0;
      String start = new String(sample, 0, size);
      String named = CsvSyntax.separatorLine(start);
      int mark = start.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
      int first = named == null ? mark : CsvSyntax.endOfFirstLine(start);
      int end = Math.max(first, start.lastIndexOf('\n') + 1);
      String text = isWhole ? start.substring(first) + "\n" : start.substring(first, end);
      List<String> delimiters = new ArrayList<>(DELIMITERS);
      delimiters.remove(usual.getDelimiter());
      delimiters.add(0, usual.getDelimiter());
      CsvDialect dialect = new CsvDialect(encoding, text, isWhole);
      return named == null
          ? dialect.best(delimiters, usual.getDelimiter())
          : dialect.best(List.of(named), named);
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": " + e.getMessage(), e);
    }
  }

  private static String encoding(String file, String name) {
    try (SourceStream in = SourceStream.open(file, name)) {
      byte[] start = in.asInputStream().readNBytes(ENCODING_BYTES);
      int mark = start.length < 2 ? 0 : (start[0] & 0xff) << 8 | (start[1] & 0xff);
      if (mark == BIG_ENDIAN || mark == LITTLE_ENDIAN) {
        return "UTF-16";
      }
      String text = new String(start, UTF_8);
      String whole = text.isEmpty() ? "" : text.substring(0, text.length() - 1); // less a cut one
      long wrong = whole.chars().filter(c -> c == FieldParser.NOT_UTF_8).count();
      long right = whole.chars().filter(c -> c > LAST_ASCII).count() - wrong;
      return wrong > right ? "windows-1252" : UTF_8.name();
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": " + e.getMessage(), e);
    }
  }

  private CsvStyle best(List<String> delimiters, String usual) {
    CsvStyle best = CsvStyle.DEFAULT;
    Fit bestFit = new Fit(-1, 0, false);
    for (String delimiter : delimiters) {
      for (String quote : List.of("\"", "'")) {
        for (String escape : text.indexOf('\\') >= 0 ? List.of("", "\\") : List.of("")) {
          for (String comment : comments(delimiter)) {
            Fit fit = fit(first(delimiter), first(quote), first(escape), first(comment));
            if (fit.isBetterThan(bestFit)) {
              bestFit = fit;
              best =
                  new CsvStyle(
                      delimiter.equals(usual) ? null : delimiter,
                      quote,
                      true,
                      encoding,
                      comment.isEmpty() ? null : comment,
                      escape.isEmpty() ? null : escape,
                      CsvStyle.DEFAULT.decimal(),
                      null,
                      List.of());
            }
          }
        }
      }
    }
    return best;
  }

  private List<String> comments(String delimiter) {
    List<String> comments = new ArrayList<>(List.of(""));
    for (String comment : COMMENTS) {
      if (!comment.equals(delimiter)
          && (text.startsWith(comment) || text.contains("\n" + comment))) {
        comments.add(comment);
      }
    }
    return comments;
  }

  private static char first(String character) {
    return character.isEmpty() ? NONE : character.charAt(0);
  }

  /**
   * How well a dialect fits.
   *
   * @param share of the records that have the header's fields; 0 where those are less than two
   * @param quoted how many fields have quotes
   * @param hasRemarks whether there are lines of comment that are no header: more than one, or one
   *     with a blank behind its character, and then a header without numbers
   */
  private record Fit(double share, int quoted, boolean hasRemarks) {
    boolean isBetterThan(Fit other) {
      return Comparator.comparingDouble(Fit::share)
              .thenComparingInt(Fit::quoted)
              .thenComparing(Fit::hasRemarks)
              .compare(this, other)
          > 0;
    }
  }

  private Fit fit(char delimiter, char quote, char escape, char comment) {
    Scan scan = new Scan(delimiter, quote, escape);
    int header = -1;
    int records = 0;
    int fitting = 0;
    int remarks = 0;
    boolean hasNumbers = false;
    while (scan.at < text.length()) {
      char first = text.charAt(scan.at);
      if (first == comment) {
        remarks += text.startsWith(" ", scan.at + 1) ? 2 : 1;
        scan.at = nextLine(scan.at);
      } else if (isLineEnd(first)) {
        scan.at++;
      } else if (!scan.record()) {
        break;
      } else if (header < 0) {
        header = scan.isBroken ? 0 : scan.fields;
        hasNumbers = scan.hasNumbers;
      } else {
        records++;
        fitting += scan.fits(header) ? 1 : 0;
      }
    }
    return header < 2
        ? new Fit(0, 0, false)
        : new Fit(fitting / Math.max(1.0, records), scan.quoted, remarks > 1 && !hasNumbers);
  }

  /** Goes through the records of the text in one dialect. */
  private final class Scan {
    private final char delimiter;
    private final char quote;
    private final char escape;
    private int at;
    private int quoted;

    // Of the last record.
    private int fields;
    private boolean endsEmpty;
    private boolean isBroken;
    private boolean hasNumbers;

    Scan(char delimiter, char quote, char escape) {
      this.delimiter = delimiter;
      this.quote = quote;
      this.escape = escape;
    }

    /** Goes to the end of a record; false where the sample ends within its quotes. */
    boolean record() {
      fields = 0;
      isBroken = false;
      hasNumbers = false;
      do {
        fields++;
        field();
      } while (at++ < text.length() && text.charAt(at - 1) == delimiter);
      at = Math.min(at, text.length());
      return isWhole || !isBroken || at < text.length();
    }

    private void field() {
      int start = at;
      hasNumbers |= at < text.length() && "0123456789-+.".indexOf(text.charAt(at)) >= 0;
      if (at < text.length() && text.charAt(at) == quote) {
        at = afterQuotes(at + 1, quote, escape);
        isBroken |= at > text.length() || (at < text.length() && !isFieldEnd());
        quoted++;
      }
      while (at < text.length() && !isFieldEnd()) {
        at += text.charAt(at) == escape ? 2 : 1;
      }
      endsEmpty = at == start;
    }

    private boolean isFieldEnd() {
      return text.charAt(at) == delimiter || isLineEnd(text.charAt(at));
    }

    boolean fits(int header) {
      return !isBroken && (fields == header || (fields == header + 1 && endsEmpty));
    }
  }

  /** The position behind the closing quote; beyond the text where there is none. */
  private int afterQuotes(int from, char quote, char escape) {
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == escape) {
        at += 2;
      } else if (c != quote) {
        at++;
      } else if (at + 1 < text.length() && text.charAt(at + 1) == quote) {
        at += 2;
      } else {
        return at + 1;
      }
    }
    return text.length() + 1;
  }

  private int nextLine(int from) {
    int at = text.indexOf('\n', from);
    return at < 0 ? text.length() : at + 1;
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r';
  }
}

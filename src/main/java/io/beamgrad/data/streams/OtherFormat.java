package io.beamgrad.data.streams;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;

/** Formats of files that are no table here, told by their first bytes whatever their names say. */
public enum OtherFormat {
  ARROW("an Arrow IPC file (Feather)", "ARROW1"),
  ARROW_STREAM("an Arrow IPC stream", "\u00FF\u00FF\u00FF\u00FF"),
  FEATHER_1("a Feather file of version 1", "FEA1"),
  ORC("an ORC file", "ORC"),
  SQLITE("an SQLite database", "SQLite format 3\0"),
  DUCKDB("a DuckDB database", 8, "DUCK"),
  HDF5("an HDF5 file", "\u0089HDF\r\n\u001A\n"),
  NUMPY("a NumPy array", "\u0093NUMPY"),
  PICKLE_4("a Python pickle", "\u0080\u0004\u0095"),
  PICKLE_5("a Python pickle", "\u0080\u0005\u0095"),
  EXCEL_97("an Excel file of 97 to 2003", "\u00D0\u00CF\u0011\u00E0\u00A1\u00B1\u001A\u00E1"),
  EXCEL("an Excel file", "PK\u0003\u0004", "\\[Content_Types]\\.xml|_rels/\\.rels|xl/"),
  OPEN_DOCUMENT("an OpenDocument table", "PK\u0003\u0004", "opendocument.spreadsheet"),
  SPSS("an SPSS file", "$FL2"),
  STATA("a Stata file", "<stata_dta>");

  private static final int START_BYTES = 1024;

  private final String what;
  private final int offset;
  private final String magic;
  private final String behind; // a pattern of what follows, where the magic number tells too little

  OtherFormat(String what, String magic) {
    this(what, 0, magic, "");
  }

  OtherFormat(String what, String magic, String behind) {
    this(what, 0, magic, behind);
  }

  OtherFormat(String what, int offset, String magic) {
    this(what, offset, magic, "");
  }

  OtherFormat(String what, int offset, String magic, String behind) {
    this.what = what;
    this.offset = offset;
    this.magic = magic;
    this.behind = behind;
  }

  /**
   * Checks that a file that is to be read as text is no Parquet or Avro file.
   *
   * @param name what messages call the file
   * @throws WrongInputException where it is one
   */
  public static void requireText(String file, String name) {
    String start = start(file);
    requireNot(start.startsWith("PAR1\u0015"), "Parquet", ".parquet", name);
    requireNot(start.startsWith("Obj\u0001"), "Avro", ".avro", name);
  }

  private static void requireNot(boolean is, String what, String suffix, String name) {
    if (is) {
      throw new WrongInputException(
          "%s: holds %s; a name that ends with %s says so".formatted(name, what, suffix));
    }
  }

  /**
   * Checks that a file is of none of these formats.
   *
   * @param name what messages call the file
   * @throws WrongInputException where it is of one
   */
  public static void requireNone(String file, String name) {
    String start = start(file);
    boolean isText = start.chars().noneMatch(c -> c < '\t'); // such as names that begin with ORC
    for (OtherFormat format : values()) {
      if (!isText && format.begins(start)) {
        throw new WrongInputException(
            "%s: %s, which is not read; convert it to Parquet or CSV".formatted(name, format.what));
      }
    }
  }

  private boolean begins(String start) {
    return start.startsWith(magic, offset) && Pattern.compile(behind).matcher(start).find();
  }

  /** The first bytes, each as a character; none where there is no such file. */
  private static String start(String file) {
    try (SourceChannel in = SourceChannel.open(file, file)) {
      return new String(in.start(START_BYTES), ISO_8859_1);
    } catch (MissingDataException | BrokenFileException e) {
      return ""; // the reader says so
    } catch (IOException e) {
      throw new UncheckedIOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }
}

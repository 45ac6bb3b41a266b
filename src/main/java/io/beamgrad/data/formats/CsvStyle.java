package io.beamgrad.data.formats;

import io.beamgrad.schema.CsvOptions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How the CSV files of a job are written.
 *
 * @param delimiter the character between fields; null for a tab in files whose name ends in {@code
 *     .tsv}, and a comma in others
 * @param quote the character around fields
 * @param header false where columns are {@code c1}, {@code c2}, ...
 * @param encoding as {@link java.nio.charset.Charset} names it
 * @param comment the character that lines of comment start with; null for none
 * @param escape the character before one that has no meaning of its own; null for none
 * @param decimal the character before the fraction of a number
 * @param thousands the character between groups of a number's digits; null for none
 * @param missing further words for a missing value
 */
public record CsvStyle(
    @Nullable String delimiter,
    String quote,
    boolean header,
    String encoding,
    @Nullable String comment,
    @Nullable String escape,
    String decimal,
    @Nullable String thousands,
    List<String> missing) {
  /** As RFC 4180 has it, in UTF-8. */
  public static final CsvStyle DEFAULT = of(CsvOptions.newBuilder().build());

  public CsvStyle {
    missing = List.copyOf(missing);
  }

  /** The options of a file by its name. */
  public CsvOptions of(String fileName) {
    String bySuffix = FileIdentity.withoutCompression(fileName).endsWith(".tsv") ? "\t" : ",";
    return withDelimiter(delimiter == null ? bySuffix : delimiter).kept();
  }

  /** The style that a record stores; the default style where the record is null. */
  public static CsvStyle of(@Nullable CsvOptions options) {
    return options == null
        ? DEFAULT
        : new CsvStyle(
            options.getDelimiter(),
            options.getQuote(),
            options.getHeader(),
            options.getEncoding(),
            options.getComment(),
            options.getEscape(),
            options.getDecimal(),
            options.getThousands(),
            options.getMissing());
  }

  /** The record that stores the style. */
  public CsvOptions kept() {
    return new CsvOptions(
        delimiter, quote, header, encoding, comment, escape, decimal, thousands, missing);
  }

  /** Which two of its characters are the same one, in words; empty where none are. */
  public Optional<String> clash() {
    return Stream.of(
            same("quote", quote, "delimiter", delimiter),
            same("quote", quote, "comment", comment),
            same("comment", comment, "delimiter", delimiter),
            same("escape", escape, "delimiter", delimiter),
            same("thousands", thousands, "decimal", decimal))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> same(
      String one, @Nullable String character, String other, @Nullable String another) {
    return character != null && character.equals(another)
        ? Optional.of("%s %s is the %s too".formatted(one, character, other))
        : Optional.empty();
  }

  /** The same with another delimiter; null changes nothing. */
  public CsvStyle withDelimiter(@Nullable String other) {
    return other == null
        ? this
        : new CsvStyle(
            other, quote, header, encoding, comment, escape, decimal, thousands, missing);
  }
}

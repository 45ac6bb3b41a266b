package io.beamgrad.data.profile;

import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.NumberStyle;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Finds how a CSV file writes its numbers and missing values: the style by which most columns are
 * numbers, the usual one first, and the words in columns of numbers, dates or flags that are
 * neither but are known to stand for missing values.
 */
public final class NumberStyles {
  /** In lower case. */
  private static final Set<String> WORDS =
      Set.of(
          "?",
          "??",
          "-",
          "--",
          "---",
          "\u2013",
          "\u2014",
          "\u2212",
          ".",
          "..",
          "...",
          "*",
          "none",
          "nil",
          "\\n",
          "na",
          "nan",
          "null",
          "n/a",
          "#n/a",
          "#na",
          "<na>",
          "n.a.",
          "n.a",
          "(null)",
          "<null>",
          "missing",
          "unknown",
          "not available",
          "#value!",
          "#div/0!",
          "#ref!",
          "#num!",
          "#name?");

  private static final int MOST_WORDS = 20;

  /** A decimal character and one between groups, 0 for none. */
  private record Candidate(char decimal, char thousands) {}

  private static final Candidate USUAL = new Candidate('.', (char) 0);
  private static final List<Candidate> COMMAS =
      List.of(new Candidate(',', (char) 0), new Candidate(',', '.'), new Candidate(',', ' '));
  private static final List<Candidate> POINTS =
      List.of(new Candidate('.', ','), new Candidate('.', ' '), new Candidate('.', '\''));

  private final List<Candidate> candidates = new ArrayList<>(List.of(USUAL));
  private final List<ColumnStyles> columns;

  private NumberStyles(List<String> names, boolean isCommaUsual) {
    candidates.addAll(isCommaUsual ? COMMAS : POINTS);
    candidates.addAll(isCommaUsual ? POINTS : COMMAS);
    columns = names.stream().map(name -> new ColumnStyles(name, candidates)).toList();
  }

  /**
   * What a file's first records show.
   *
   * @param csv the style with numbers and missing values
   * @param doubts for columns by name another style that fits all columns too, but gives other
   *     numbers
   */
  public record Found(CsvStyle csv, Map<String, String> doubts) {}

  /**
   * Looks at the first file that the name or glob of some files finds.
   *
   * @param fields of the file; those that no column can take are not looked at
   * @param most how many records to look at
   */
  public static Found of(DataPaths files, List<SourceField> fields, long most) {
    List<Column> read =
        fields.stream().filter(field -> field.refusal() == null).map(TableProfile::column).toList();
    FileRange range = SourceFiles.table(files, read).ranges().get(0);
    boolean isCommaUsual = !range.getCsv().getDelimiter().equals(",");
    NumberStyles styles =
        new NumberStyles(read.stream().map(Column::getName).toList(), isCommaUsual);
    FirstRecords.read(
        range,
        most,
        new RowSink() {
          @Override
          public void accept(long record, ColumnBlock row) {
            for (int c = 0; c < read.size(); c++) {
              styles.columns.get(c).add(row.column(c).text(0));
            }
          }

          @Override
          public void reject(Reject reject) {}
        });
    return styles.found(files.csv());
  }

  private Found found(CsvStyle csv) {
    Candidate best =
        candidates.stream()
            .max(Comparator.comparingLong(this::numbers).thenComparing(first()))
            .get();
    TreeSet<String> words = new TreeSet<>();
    Map<String, String> doubts = new TreeMap<>();
    int chosen = candidates.indexOf(best);
    for (ColumnStyles column : columns) {
      if (column.isOfValues(chosen)) {
        words.addAll(column.words);
      }
      candidates.stream()
          .filter(other -> numbers(other) == numbers(best))
          .filter(other -> column.differ(chosen, candidates.indexOf(other)))
          .findFirst()
          .ifPresent(other -> doubts.put(column.name, described(other)));
    }
    CsvStyle found =
        new CsvStyle(
            csv.delimiter(),
            csv.quote(),
            csv.header(),
            csv.encoding(),
            csv.comment(),
            csv.escape(),
            String.valueOf(best.decimal),
            best.thousands == 0 ? null : String.valueOf(best.thousands),
            List.copyOf(words));
    return new Found(found, doubts);
  }

  private Comparator<Candidate> first() {
    return Comparator.comparingInt(candidate -> -candidates.indexOf(candidate));
  }

  /** How many columns are numbers in a style. */
  private long numbers(Candidate candidate) {
    int index = candidates.indexOf(candidate);
    return columns.stream().filter(column -> column.isNumber(index)).count();
  }

  private static String described(Candidate other) {
    return "decimal '%s'%s"
        .formatted(
            other.decimal,
            other.thousands == 0 ? "" : " and thousands '%s'".formatted(other.thousands));
  }

  /** What a column's values are in each style. */
  private static final class ColumnStyles {
    private static final Set<String> FLAGS =
        Set.of("true", "false", "yes", "no", "t", "f", "y", "n");

    private final String name;
    private final NumberStyle[] styles;
    private final boolean[] fits;
    private final long[] hashes; // of the numbers
    private final DatePatterns dates = new DatePatterns();
    private final Set<String> words = new TreeSet<>();
    private boolean areFlags = true;
    private long values;

    ColumnStyles(String name, List<Candidate> candidates) {
      this.name = name;
      styles =
          candidates.stream()
              .map(one -> new NumberStyle(one.decimal, one.thousands))
              .toArray(NumberStyle[]::new);
      fits = new boolean[styles.length];
      hashes = new long[styles.length];
      Arrays.fill(fits, true);
    }

    void add(@Nullable String value) {
      if (value == null) {
        return;
      }
      String text = value.strip();
      if (WORDS.contains(text.toLowerCase(Locale.ROOT))) {
        if (words.size() < MOST_WORDS) {
          words.add(text);
        }
        return;
      }
      values++;
      boolean isNumber = false;
      for (int i = 0; i < styles.length; i++) {
        String plain = fits[i] ? styles[i].plain(text) : null;
        fits[i] = plain != null;
        hashes[i] = hashes[i] * 31 + (plain == null ? 0 : plain.hashCode());
        isNumber |= fits[i];
      }
      if (!isNumber) {
        dates.addText(text);
        areFlags = areFlags && FLAGS.contains(text.toLowerCase(Locale.ROOT));
      }
    }

    boolean isNumber(int style) {
      return values > 0 && fits[style];
    }

    boolean isOfValues(int style) {
      boolean isOther = values > 0 && Arrays.equals(fits, new boolean[fits.length]);
      return isNumber(style) || (isOther && (areFlags || dates.found(name).isPresent()));
    }

    boolean differ(int style, int other) {
      return isNumber(style) && isNumber(other) && hashes[style] != hashes[other];
    }
  }
}

package io.beamgrad.spec;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.encoding.KeyHashes;
import io.beamgrad.model.Networks;
import io.beamgrad.schema.BooleanEncoding;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Cross;
import io.beamgrad.schema.DateEncoding;
import io.beamgrad.schema.DatePart;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TargetScale;
import io.beamgrad.schema.TextEncoding;
import io.beamgrad.schema.TextNorm;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a model's columns become input, in words and as JSON. */
public final class EncodingText {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int MOST_SHOWN = 10;
  private static final int FEW_DIGITS = 6;
  private static final int MOST_DIGITS = 17; // of a double

  private EncodingText() {}

  /** A line for each column. */
  public static List<String> lines(List<Object> encodings) {
    return encodings.stream().map(EncodingText::line).toList();
  }

  /** A line for each cross of columns. */
  public static List<String> crossLines(List<Cross> crosses) {
    return crosses.stream()
        .map(
            cross ->
                String.format(
                    Locale.ROOT,
                    "%s: hashed into %,d",
                    String.join(" x ", cross.getColumns()),
                    cross.getHashSlots()))
        .toList();
  }

  /** An object for each cross of columns: their names and its slots. */
  public static ArrayNode crossTree(List<Cross> crosses) {
    ArrayNode tree = NODES.arrayNode();
    crosses.forEach(cross -> tree.add(SpecRecords.ofField(cross)));
    return tree;
  }

  private static String line(Object encoding) {
    if (encoding instanceof NumberEncoding number) {
      return number(number);
    }
    if (encoding instanceof CategoryEncoding category) {
      return category(category);
    }
    if (encoding instanceof DateEncoding date) {
      return date(date);
    }
    if (encoding instanceof KeyEncoding key) {
      return key(key);
    }
    if (encoding instanceof TextEncoding text) {
      return text(text);
    }
    if (!(encoding instanceof BooleanEncoding bool)) {
      throw Networks.unknown("EncodingText", "encoding", encoding);
    }
    return "%s: true 1, false 0%s%s"
        .formatted(
            bool.getColumn(),
            bool.getFilling() == null ? "" : "; missing " + bool.getFilling(),
            indicator(bool.getIndicator()));
  }

  private static String number(NumberEncoding number) {
    List<String> parts = new ArrayList<>();
    if (number.getClipLow() != null || number.getClipHigh() != null) {
      parts.add(clipped(number.getClipLow(), number.getClipHigh()));
    }
    if (number.getLog()) {
      parts.add("ln(1 + x)");
    }
    List<Double> shift = number.getShift();
    if (shift.size() > 1) {
      parts.add(String.format(Locale.ROOT, "%,d numbers, each (x - shift) / scale", shift.size()));
    } else if (number.getScale().get(0) == 0) {
      parts.add(
          "0, as it is always "
              + shown(shift.get(0), number.getRest() == null ? FEW_DIGITS : MOST_DIGITS));
    } else if (shift.get(0) != 0 || number.getScale().get(0) != 1) {
      parts.add(scaled("x", shift.get(0), number.getScale().get(0)));
    } else if (parts.isEmpty()) {
      parts.add("as it is");
    }
    if (number.getSmoothClip() != null && number.getScale().stream().anyMatch(s -> s != 0)) {
      parts.add("smoothly clipped to " + shown(number.getSmoothClip()));
    }
    String missing = number.getFilling() == null ? "" : "; missing " + shown(number.getFilling());
    return number.getColumn()
        + ": "
        + String.join(", then ", parts)
        + missing
        + indicator(number.getIndicator());
  }

  /** A line for each target that is scaled: what outputs are trained to be. */
  public static List<String> targetLines(List<TargetEncoding> targets) {
    return targets.stream().map(EncodingText::target).toList();
  }

  private static String target(TargetEncoding target) {
    boolean isLog = target.getMethod() == TargetScale.LOG;
    String trained =
        target.getMethod() == TargetScale.NONE
            ? "as it is"
            : "trained as "
                + scaled(isLog ? "ln(1 + x)" : "x", target.getShift(), target.getScale());
    return target.getLeast() == null
        ? "%s: %s".formatted(target.getColumn(), trained)
        : "%s: %s, predictions %s"
            .formatted(
                target.getColumn(), trained, clipped(target.getLeast(), target.getLargest()));
  }

  private static String clipped(Double low, Double high) {
    if (low == null || high == null) {
      return low == null ? "cut to at most " + shown(high) : "cut to at least " + shown(low);
    }
    return "cut to %s through %s".formatted(shown(low), shown(high));
  }

  private static String scaled(String name, double shift, double scale) {
    String from =
        shift == 0
            ? name
            : "(%s %s %s)"
                .formatted(
                    name, shift < 0 ? "+" : "-", shown(Math.abs(shift), digits(shift, scale)));
    return scale == 1 ? from : from + " / " + shown(scale);
  }

  /** As many digits of a shift as show it to a ten-thousandth of the scale; at least six. */
  private static int digits(double shift, double scale) {
    int beyond = (int) Math.ceil(Math.log10(Math.abs(shift / scale)));
    return Math.max(FEW_DIGITS, Math.min(beyond + 4, MOST_DIGITS));
  }

  private static String shown(double value) {
    return shown(value, FEW_DIGITS);
  }

  /** Few digits are enough to look at; JSON has all. */
  private static String shown(double value, int digits) {
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits)).stripTrailingZeros();
    double magnitude = rounded.signum() == 0 ? 0 : Math.log10(Math.abs(value));
    boolean isUsual = magnitude > -9 && magnitude < Math.max(9, digits);
    return isUsual ? rounded.toPlainString() : rounded.toString();
  }

  private static String category(CategoryEncoding category) {
    if (category.getHashSlots() > 0) {
      return String.format(
          Locale.ROOT,
          "%s: hashed into %,d%s",
          category.getColumn(),
          category.getHashSlots(),
          missing(category));
    }
    if (category.getSign()) {
      return "%s: %s, unseen ones 0%s"
          .formatted(category.getColumn(), signs(category), filling(category));
    }
    return String.format(
        Locale.ROOT,
        "%s: %,d categories (%s)%s, unseen ones%s%s",
        category.getColumn(),
        category.getCategories().size(),
        shown(category.getCategories()),
        category.getHasPool()
            ? String.format(Locale.ROOT, ", %,d pooled ones", category.getPooled().size())
            : "",
        category.getHasUnknown() ? "" : " 0",
        missing(category));
  }

  /** What the two categories are that are one number. */
  private static String signs(CategoryEncoding category) {
    List<String> slots = new ArrayList<>(category.getCategories());
    if (category.getHasPool()) {
      slots.add(String.format(Locale.ROOT, "%,d pooled ones", category.getPooled().size()));
    }
    if (category.getHasMissing()) {
      slots.add("missing ones");
    }
    return "%s -1, %s 1".formatted(slots.get(0), slots.get(1));
  }

  private static String missing(CategoryEncoding category) {
    return (category.getHasMissing() ? ", missing ones" : "") + filling(category);
  }

  private static String filling(CategoryEncoding category) {
    return category.getFilling() == null ? "" : "; missing '%s'".formatted(category.getFilling());
  }

  private static String date(DateEncoding date) {
    String parts =
        date.getParts().stream()
            .map(
                part ->
                    part.getPart() == DatePart.YEAR || part.getPart() == DatePart.EPOCH_DAYS
                        ? scaled(word(part), part.getShift(), part.getScale())
                        : word(part) + " around")
            .collect(Collectors.joining(", "));
    return "%s: %s, in %s%s"
        .formatted(date.getColumn(), parts, date.getZone(), indicator(date.getIndicator()));
  }

  private static String key(KeyEncoding key) {
    KeyHashes hashes = new KeyHashes(key);
    String known =
        String.format(Locale.ROOT, ", %,d of %,d keys have one", hashes.ownKeys(), hashes.keys());
    return "%s: says whose model a row is for%s%s"
        .formatted(
            key.getColumn(),
            hashes.keys() == 0 ? "" : known,
            hashes.ownKeys() == 0 ? ", no input" : ", others take the pooled one");
  }

  private static String text(TextEncoding text) {
    boolean isWeighted = text.getDocumentFrequencies().hasRemaining();
    return String.format(
        Locale.ROOT,
        "%s: words%s%s hashed into %,d, %s%s",
        text.getColumn(),
        text.getNgrams() == 1 ? "" : " and runs of up to %s of them".formatted(text.getNgrams()),
        text.getLowercase() ? " in lower case" : "",
        text.getHashSlots(),
        isWeighted
            ? String.format(Locale.ROOT, "tf-idf of %,d texts", text.getDocuments())
            : "counted",
        text.getNorm() == TextNorm.L2 ? ", a row's length 1" : "");
  }

  private static String word(io.beamgrad.schema.DatePartEncoding part) {
    return EnumWord.of(part.getPart());
  }

  private static String indicator(boolean there) {
    return there ? "; one more input is 1 where missing" : "";
  }

  private static String shown(List<String> words) {
    String some = words.stream().limit(MOST_SHOWN).collect(Collectors.joining(", "));
    return words.size() > MOST_SHOWN ? some + ", ..." : some;
  }

  /**
   * An object for each column: its name, its kind and the fields of its record, or of keys how many
   * they are and how many have a model of their own. Of texts it has no frequencies of the slots.
   */
  public static ArrayNode tree(List<Object> encodings) {
    ArrayNode tree = NODES.arrayNode();
    for (Object encoding : encodings) {
      if (encoding instanceof KeyEncoding key) {
        KeyHashes hashes = new KeyHashes(key);
        tree.addObject()
            .put("column", key.getColumn())
            .put("kind", "key")
            .put("keys", hashes.keys())
            .put("own", hashes.ownKeys());
        continue;
      }
      if (encoding instanceof TextEncoding text) {
        tree.addObject()
            .put("column", text.getColumn())
            .put("kind", "text")
            .put("hashSlots", text.getHashSlots())
            .put("ngrams", text.getNgrams())
            .put("lowercase", text.getLowercase())
            .put("weights", text.getDocumentFrequencies().hasRemaining() ? "tfidf" : "counts")
            .put("norm", EnumWord.of(text.getNorm()))
            .put("documents", text.getDocuments());
        continue;
      }
      ObjectNode fields = (ObjectNode) SpecRecords.ofField(encoding);
      ObjectNode node = tree.addObject();
      node.set("column", fields.remove("column"));
      node.put("kind", kind(encoding)).setAll(fields);
    }
    return tree;
  }

  /** An object for each target that is scaled: its name and the fields of its record. */
  public static ArrayNode targetTree(List<TargetEncoding> targets) {
    ArrayNode tree = NODES.arrayNode();
    targets.forEach(target -> tree.add(SpecRecords.ofField(target)));
    return tree;
  }

  private static String kind(Object encoding) {
    if (encoding instanceof NumberEncoding) {
      return "number";
    }
    if (encoding instanceof CategoryEncoding) {
      return "category";
    }
    if (encoding instanceof DateEncoding) {
      return "date";
    }
    if (encoding instanceof BooleanEncoding) {
      return "boolean";
    }
    if (encoding instanceof KeyEncoding) {
      return "key";
    }
    throw Networks.unknown("EncodingText", "encoding", encoding);
  }
}

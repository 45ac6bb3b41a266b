package io.beamgrad.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.beamgrad.data.rows.CanonicalNumber;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.model.KeyedModels;
import io.beamgrad.schema.InputCount;
import io.beamgrad.schema.InputCoverage;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.schema.ModelRecord;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Says of a column's values how many the model's training has not seen the like of. */
final class InputReport {
  /** A smaller share of a column's values is not worth a warning. */
  private static final double LEAST_SHARE = 0.05;

  private static final int MOST_REPORTED = 20; // columns without a warning

  /** A share is far above that of validation from so many times of it on. */
  private static final double FAR_ABOVE = 3;

  private final Map<String, InputCoverage> coverage; // by column
  private final Optional<String> keyColumn; // of which each value has a model
  private final List<InputCount> counts; // of columns of which there is something to say

  InputReport(ModelRecord model, List<InputCount> counts) {
    this.coverage =
        model.getCoverage().stream()
            .collect(Collectors.toMap(InputCoverage::getColumn, one -> one, (one, other) -> one));
    this.keyColumn = KeyedModels.encoding(model).map(KeyEncoding::getColumn);
    this.counts =
        counts.stream().filter(one -> one.getOutside() > 0 || one.getOtherwise() > 0).toList();
  }

  /**
   * Says it in lines, of the first {@value #MOST_REPORTED} columns where nothing is to be warned
   * of.
   *
   * @param lines receives what was counted
   * @param warnings receives what was counted and is far above what it was in validation
   */
  void say(Consumer<String> lines, Consumer<String> warnings) {
    int reported = 0;
    for (InputCount count : counts) {
      if (count.getOtherwise() > 0) {
        lines.accept(
            String.format(
                Locale.ROOT,
                "%,d of %,d values of %s were looked up as numbers, such as 7.0 as 7",
                count.getOtherwise(),
                count.getValues(),
                name(count)));
      }
      if (count.getOutside() > 0) {
        boolean isWarned = isFarAbove(count);
        reported += isWarned ? 0 : 1;
        if (isWarned || reported <= MOST_REPORTED) {
          (isWarned ? warnings : lines).accept(outside(count));
        }
      }
    }
    if (reported > MOST_REPORTED) {
      lines.accept(
          String.format(
              Locale.ROOT, "%,d more columns have such values", reported - MOST_REPORTED));
    }
  }

  private static String name(InputCount count) {
    return RejectText.onOneLine(count.getColumn());
  }

  private String outside(InputCount count) {
    InputCoverage seen = coverage.get(count.getColumn());
    boolean isNumber = seen != null && seen.getLeast() != null && seen.getLargest() != null;
    String what =
        isNumber
            ? "outside the training's range, %s to %s"
                .formatted(number(seen.getLeast()), number(seen.getLargest()))
            : keyColumn.filter(count.getColumn()::equals).isPresent()
                ? "keys that the training did not see, whose rows take the pooled model"
                : "categories that the training did not see";
    String validation =
        seen == null || seen.getValidationValues() == 0
            ? ""
            : "; in validation %s".formatted(percent(validationShare(seen)));
    return String.format(
        Locale.ROOT,
        "%,d of %,d values of %s (%s) are %s%s",
        count.getOutside(),
        count.getValues(),
        name(count),
        percent(share(count)),
        what,
        validation);
  }

  private static String number(double value) {
    boolean isFloat = (float) value == value;
    return isFloat ? CanonicalNumber.of((float) value) : CanonicalNumber.of(value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f%%", 100 * share);
  }

  private static double share(InputCount count) {
    return (double) count.getOutside() / count.getValues();
  }

  private static double validationShare(InputCoverage seen) {
    return (double) seen.getValidationOutside() / seen.getValidationValues();
  }

  /** Whether the share is large, and some times that of validation where there was one. */
  private boolean isFarAbove(InputCount count) {
    InputCoverage seen = coverage.get(count.getColumn());
    double usual = seen == null || seen.getValidationValues() == 0 ? 0 : validationShare(seen);
    return share(count) > Math.max(LEAST_SHARE, FAR_ABOVE * usual);
  }

  ArrayNode toTree() {
    ArrayNode tree = JsonNodeFactory.instance.arrayNode();
    for (InputCount count : counts) {
      tree.addObject()
          .put("column", count.getColumn())
          .put("values", count.getValues())
          .put("outsideTraining", count.getOutside())
          .put("lookedUpAsNumbers", count.getOtherwise())
          .put("farAboveValidation", count.getOutside() > 0 && isFarAbove(count));
    }
    return tree;
  }
}

package io.beamgrad.data.rows;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Sorts class labels. */
public final class Labels {
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,4})?");

  private Labels() {}

  /** The labels, sorted by value where every label is a decimal number, else as texts. */
  public static List<String> sorted(Collection<String> labels) {
    Comparator<String> order = Comparator.naturalOrder();
    if (labels.stream().allMatch(label -> DECIMAL.matcher(label).matches())) {
      order = Comparator.comparing((String label) -> new BigDecimal(label)).thenComparing(order);
    }
    return labels.stream().sorted(order).toList();
  }
}

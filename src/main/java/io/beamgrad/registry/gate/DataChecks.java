package io.beamgrad.registry.gate;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.DataProfile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Checks data before a model is trained on them. */
public final class DataChecks {
  private final CheckLimits limits;
  private final List<Finding> findings = new ArrayList<>();

  private DataChecks(CheckLimits limits) {
    this.limits = limits;
  }

  /**
   * The findings, in the order of the checks and of the columns.
   *
   * @param selected all rows that would be trained on or held out
   * @param fresh the rows of them that the version in service has not seen, or all; they are
   *     compared with the rows that it was trained on
   * @param last the rows that the version in service was trained on; null where there is none
   */
  public static List<Finding> of(
      CheckLimits limits, DataProfile selected, DataProfile fresh, @Nullable DataProfile last) {
    DataChecks checks = new DataChecks(limits);
    checks.checkRows(selected, last);
    checks.checkRejects(fresh);
    if (last != null && checks.checkSchema(selected, last) && rows(fresh) > 0 && rows(last) > 0) {
      checks.checkDistributions(fresh, last);
    }
    return List.copyOf(checks.findings);
  }

  /**
   * What is found of copies.
   *
   * @param within how many rows are copies of another row of the same day or file
   */
  public static List<Finding> ofCopies(CheckLimits limits, long within, long rows) {
    DataChecks checks = new DataChecks(limits);
    double share = rows == 0 ? 0 : (double) within / rows;
    checks.checkLimit(
        "duplicates",
        limits.duplicates(),
        share,
        String.format(
            Locale.ROOT,
            "%,d of %,d rows are copies of another of the same day or file: %s of all",
            within,
            rows,
            number(share)));
    return List.copyOf(checks.findings);
  }

  /** True where a finding stops the retraining. */
  public static boolean isStopped(List<Finding> findings) {
    return findings.stream().anyMatch(finding -> finding.action() == Finding.Action.STOP);
  }

  /**
   * Findings in words, those that stop a retraining first. Of more than three of one kind, the
   * three of the largest values are told, and how many others there are.
   */
  public static List<String> lines(List<Finding> findings) {
    Map<String, List<Finding>> kinds =
        findings.stream()
            .sorted(Comparator.comparing(Finding::action).reversed())
            .collect(
                Collectors.groupingBy(
                    finding -> finding.action() + finding.name(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<String> lines = new ArrayList<>();
    for (List<Finding> kind : kinds.values()) {
      int named = Math.min(3, kind.size());
      kind.stream()
          .sorted(
              Comparator.comparingDouble(
                  (Finding finding) -> finding.value() == null ? 0 : -finding.value()))
          .limit(named)
          .forEach(finding -> lines.add(finding.message()));
      if (kind.size() > named) {
        lines.add(
            String.format(
                Locale.ROOT, "%s: and %,d more", kind.get(0).name(), kind.size() - named));
      }
    }
    return lines;
  }

  private static long rows(DataProfile profile) {
    return profile.getRead() - profile.getRejected();
  }

  private void checkRows(DataProfile selected, @Nullable DataProfile last) {
    checkBounds(
        "rows",
        limits.rows(),
        (double) rows(selected),
        String.format(Locale.ROOT, "%,d rows", rows(selected)));
    if (last != null && rows(last) > 0) {
      double times = (double) rows(selected) / rows(last);
      checkBounds(
          "rowsOfLast",
          limits.rowsOfLast(),
          times,
          String.format(
              Locale.ROOT,
              "%s times the %,d rows of the version in service",
              number(times),
              rows(last)));
    }
  }

  private void checkBounds(String name, CheckLimits.Bounds bounds, double value, String words) {
    CheckLimits.Range stop = bounds.stop();
    CheckLimits.Range warn = bounds.warn();
    if (stop != null && !stop.contains(value)) {
      add(name, null, value, beyond(stop, value), Finding.Action.STOP, outside(words, value, stop));
    } else if (warn != null && !warn.contains(value)) {
      add(name, null, value, beyond(warn, value), Finding.Action.WARN, outside(words, value, warn));
    }
  }

  private static double beyond(CheckLimits.Range range, double value) {
    boolean isLess = range.least() != null && value < range.least();
    return isLess ? range.least() : range.most();
  }

  private static String outside(String words, double value, CheckLimits.Range range) {
    boolean isLess = range.least() != null && value < range.least();
    return "%s, expected at %s %s"
        .formatted(words, isLess ? "least" : "most", number(isLess ? range.least() : range.most()));
  }

  private void checkRejects(DataProfile fresh) {
    double share = fresh.getRead() == 0 ? 0 : (double) fresh.getRejected() / fresh.getRead();
    checkLimit(
        "rejects",
        limits.rejects(),
        share,
        String.format(
            Locale.ROOT,
            "%,d of %,d records rejected (%s), the first: %s",
            fresh.getRejected(),
            fresh.getRead(),
            percent(share),
            fresh.getFirstReject()));
  }

  /** True where the columns are the same. */
  private boolean checkSchema(DataProfile selected, DataProfile last) {
    List<String> before = described(last);
    List<String> now = described(selected);
    if (before.equals(now)) {
      return true;
    }
    List<String> gone = before.stream().filter(column -> !now.contains(column)).toList();
    List<String> added = now.stream().filter(column -> !before.contains(column)).toList();
    String what =
        gone.isEmpty() && added.isEmpty()
            ? "the columns come in another order"
            : "found %s in place of %s".formatted(some(added), some(gone));
    add("schema", null, null, null, limits.schema(), what + " of the version in service");
    return false;
  }

  private static String some(List<String> columns) {
    if (columns.isEmpty()) {
      return "nothing";
    }
    List<String> first = columns.stream().limit(5).toList();
    return String.join(", ", first) + (columns.size() > first.size() ? ", ..." : "");
  }

  private static List<String> described(DataProfile profile) {
    return profile.getColumns().stream().map(DataChecks::described).toList();
  }

  private static String described(Column column) {
    return "%s%s %s%s"
        .formatted(
            column.getRole() == ColumnRole.FEATURE
                ? ""
                : column.getRole().toString().toLowerCase(Locale.ROOT) + " ",
            column.getName(),
            column.getKind().toString().toLowerCase(Locale.ROOT),
            column.getShape().isEmpty() ? "" : " " + column.getShape());
  }

  private void checkDistributions(DataProfile fresh, DataProfile last) {
    for (ColumnDrift found : ProfileDrift.of(last, fresh)) {
      Drift drift = found.drift();
      CheckLimits.Limit psi = found.isClass() ? limits.classes() : limits.psi().of(found.column());
      String index =
          "%s: population stability index %s".formatted(found.name(), number(drift.psi()));
      checkDrift(
          found.isClass() ? "classes" : "psi", found, psi, drift.psi(), drift.psiByChance(), index);
      if (drift.ks() != null) {
        String distance =
            "%s: Kolmogorov-Smirnov distance %s".formatted(found.name(), number(drift.ks()));
        CheckLimits.Limit ks = limits.ks().of(found.column());
        checkDrift("ks", found, ks, drift.ks(), drift.ksByChance(), distance);
      }
    }
  }

  private void checkLimit(String name, CheckLimits.Limit limit, double value, String words) {
    Finding.Action action = action(limit, value, 0);
    if (action != null) {
      Double most = limit.of(action);
      add(name, null, value, most, action, atMost(words, most));
    }
  }

  /**
   * @param byChance the value that may come without any drift
   */
  private void checkDrift(
      String name,
      ColumnDrift of,
      CheckLimits.Limit limit,
      double value,
      double byChance,
      String words) {
    Finding.Action action = action(limit, value, byChance);
    if (action != null) {
      Double most = limit.of(action);
      Finding.Action allowed = action.compareTo(of.most()) < 0 ? action : of.most();
      add(name, of.name(), value, most, allowed, atMost(words, most) + of.note());
    }
  }

  /** What follows; null where the value is within the limits. */
  private static Finding.@Nullable Action action(
      CheckLimits.Limit limit, double value, double byChance) {
    for (Finding.Action action : List.of(Finding.Action.STOP, Finding.Action.WARN)) {
      Double most = limit.of(action);
      // NaN is beyond every limit.
      if (most != null && !(value <= Math.max(most, byChance))) {
        return action;
      }
    }
    return null;
  }

  private static String atMost(String words, double most) {
    return "%s, at most %s expected".formatted(words, number(most));
  }

  private void add(
      String name,
      @Nullable String column,
      @Nullable Double value,
      @Nullable Double limit,
      Finding.Action action,
      String words) {
    findings.add(new Finding(name, column, value, limit, action, words));
  }

  private static String number(double value) {
    return Numbers.format(value);
  }

  private static String percent(double share) {
    return number(100 * share) + "%";
  }
}

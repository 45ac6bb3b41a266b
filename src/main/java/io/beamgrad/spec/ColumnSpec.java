package io.beamgrad.spec;

import io.beamgrad.schema.DatePart;
import io.beamgrad.schema.MissingBoolean;
import io.beamgrad.schema.MissingCategory;
import io.beamgrad.schema.MissingDate;
import io.beamgrad.schema.MissingNumber;
import io.beamgrad.schema.ScaleMethod;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The kind of a feature column and what is made of it; {@link SpecKeys} says what keys mean. */
public sealed interface ColumnSpec {

  /**
   * How numbers are scaled.
   *
   * @param divisor for DIVIDE; otherwise 1
   */
  record Scale(ScaleMethod method, double divisor) {
    static final Scale NONE = new Scale(ScaleMethod.NONE, 1);
  }

  /**
   * A number.
   *
   * @param scale null is the data's
   * @param clipLow null for no bound
   * @param clipHigh null for no bound
   * @param constant for CONSTANT; otherwise 0
   */
  record Numeric(
      @Nullable Scale scale,
      boolean log,
      @Nullable Double clipLow,
      @Nullable Double clipHigh,
      MissingNumber missing,
      double constant,
      boolean indicator)
      implements ColumnSpec {
    static final Numeric DEFAULT =
        new Numeric(null, false, null, null, MissingNumber.REJECT, 0, false);
  }

  /**
   * One of some texts.
   *
   * @param most null for all
   * @param hash slots; null learns the categories
   * @param constant for CONSTANT; otherwise null
   */
  record Category(
      long minCount,
      @Nullable Integer most,
      @Nullable Integer hash,
      MissingCategory missing,
      @Nullable String constant)
      implements ColumnSpec {
    static final Category DEFAULT = new Category(1, null, null, MissingCategory.REJECT, null);
  }

  /** True or false. */
  record Flag(MissingBoolean missing, boolean indicator) implements ColumnSpec {
    static final Flag DEFAULT = new Flag(MissingBoolean.REJECT, false);
  }

  /**
   * A date or time.
   *
   * @param pattern null for ISO 8601
   */
  record Date(
      @Nullable String pattern,
      List<DatePart> parts,
      String zone,
      MissingDate missing,
      boolean indicator)
      implements ColumnSpec {
    static final List<DatePart> USUAL_PARTS =
        List.of(DatePart.YEAR, DatePart.MONTH, DatePart.DAY, DatePart.WEEKDAY, DatePart.HOUR);
    static final Date DEFAULT = new Date(null, USUAL_PARTS, "UTC", MissingDate.REJECT, false);
  }

  /**
   * Numbers side by side.
   *
   * @param size null is what the file says
   * @param scale null is the data's
   */
  record Vector(@Nullable Integer size, @Nullable Scale scale) implements ColumnSpec {}
}

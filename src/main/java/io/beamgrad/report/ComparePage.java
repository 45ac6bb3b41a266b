package io.beamgrad.report;

import java.util.List;

/**
 * The content of the page of a comparison.
 *
 * @param note says where runs are not of the same rows; may be empty
 * @param runs a row for each run
 * @param curves charts with a line for each run
 * @param differences the spec keys whose values differ between runs
 */
public record ComparePage(
    String title, String note, Table runs, List<Chart> curves, Table differences) {}

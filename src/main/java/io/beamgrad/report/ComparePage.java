package io.beamgrad.report;

import java.util.List;

/**
 * The content of the page of a comparison.
 *
 * @param runs a row for each run
 * @param curves charts with a line for each run
 * @param differences the spec keys whose values differ between runs
 */
public record ComparePage(String title, Table runs, List<Chart> curves, Table differences) {}

package io.beamgrad.report;

import java.util.List;

/**
 * All that the page of a comparison shows.
 *
 * @param runs one row a run
 * @param curves with a line for each run
 * @param differences the keys of which not all runs have the same value
 */
public record ComparePage(String title, Table runs, List<Chart> curves, Table differences) {}

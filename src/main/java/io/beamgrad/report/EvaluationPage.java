package io.beamgrad.report;

import io.beamgrad.schema.CalibrationFigures;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Provenance;
import io.beamgrad.schema.RunEvaluation;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Makes the page of an evaluation.
 *
 * @param row the metrics
 * @param files names what was read: the files, or the job spec
 * @param classes the confusion of classes; null for numbers, and for too many classes
 * @param slices scores by the values of a column each, as {@link ReportPage} has them
 * @param rejected how many records could not be used
 * @param firstReject the first rejected record in words; null where there is none
 * @param command the command that repeats the evaluation
 * @param spec the job spec of the data, as YAML; empty for files without one
 */
public record EvaluationPage(
    Path modelFile,
    ModelRecord model,
    Details details,
    MetricRow row,
    List<String> files,
    @Nullable RunEvaluation classes,
    @Nullable CalibrationFigures calibration,
    List<Table> slices,
    long rejected,
    String firstReject,
    String command,
    String spec) {

  private static final int MOST_NAMED = 3;

  public ReportPage page(Instant now) {
    DetailSections parts = new DetailSections(details, model);
    String split = DetailSections.name(row.getSplit());
    return new ReportPage(
        model.getName(),
        "evaluation",
        "%s on the %s rows of %s. Measured %s."
            .formatted(
                modelFile.getFileName(),
                NumberText.count(row.getExamples()),
                (spec.isEmpty() ? "" : "the %s split of ".formatted(split)) + named(),
                NumberText.time(now.toString())),
        tiles(split),
        List.of(),
        "",
        TrialTable.NONE,
        new Table(0, List.of("epoch"), List.of()),
        RunPage.metrics(List.of(row)),
        null,
        null,
        calibration == null
            ? null
            : CalibrationText.section(
                calibration,
                spec.isEmpty() ? null : calibration.getSplit(),
                model.getProvenance().getWarmStartArithmetic() != null),
        classes == null ? null : RunPage.classes(classes, split),
        TwoClassSection.of(details.getTwoClasses(), model.getLabels()),
        slices,
        parts.rowsNote(),
        parts.cards(details.getSamples()),
        parts.cards(details.getMistakes()),
        parts.rows(details.getSamples()),
        parts.rows(details.getMistakes()),
        parts.weights(),
        parts.scatterNote(),
        parts.scatters(),
        parts.importance(),
        new ReportPage.DataSummary(
            parts.splits(0, 0),
            spec.isEmpty() ? "All rows of %s.".formatted(named()) : SplitNote.of(spec),
            parts.balance(),
            parts.balanceNote(),
            parts.columns(),
            parts.columnsNote(),
            new Table(1, List.of("records"), List.of()),
            rejected == 0
                ? "No record was rejected."
                : "%s records were rejected; the first: %s"
                    .formatted(NumberText.count(rejected), firstReject)),
        provenance(),
        command,
        spec);
  }

  private List<ReportPage.Tile> tiles(String split) {
    List<ReportPage.Tile> tiles = new ArrayList<>(RunPage.tiles(row));
    if (classes != null) {
      RunPage.rareTile(classes, split).ifPresent(tiles::add);
    }
    return tiles;
  }

  /** The first files by name. */
  private String named() {
    String first =
        files.stream()
            .limit(MOST_NAMED)
            .map(file -> file.substring(file.lastIndexOf('/') + 1))
            .collect(Collectors.joining(", "));
    return files.size() <= MOST_NAMED
        ? first
        : "%s and %s more".formatted(first, NumberText.count(files.size() - MOST_NAMED));
  }

  private Table provenance() {
    Provenance from = model.getProvenance();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("model", modelFile.toAbsolutePath().normalize().toString()));
    rows.add(List.of(spec.isEmpty() ? "rows" : "rows of", String.join(", ", files)));
    rows.add(List.of("weights", "SHA-256 " + model.getWeightsSha256()));
    rows.add(
        List.of(
            "trained",
            "%s epochs on %s rows, seed %s, by beamgrad %s"
                .formatted(
                    NumberText.count(from.getKeptEpoch()),
                    NumberText.count(from.getTrainRows()),
                    from.getSeed(),
                    from.getVersion())));
    rows.add(List.of("spec", "fingerprint " + from.getFingerprint()));
    rows.add(List.of("training data", "checksum " + from.getDataChecksum()));
    return new Table(2, List.of("what", "value"), rows);
  }
}

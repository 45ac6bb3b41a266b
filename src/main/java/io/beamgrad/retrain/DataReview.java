package io.beamgrad.retrain;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.profile.CopyCounts;
import io.beamgrad.data.profile.DataProfiler;
import io.beamgrad.data.profile.RowProfiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.job.UnitsJob;
import io.beamgrad.registry.gate.CheckLimits;
import io.beamgrad.registry.gate.DataChecks;
import io.beamgrad.registry.gate.Finding;
import io.beamgrad.registry.gate.ProfileDrift;
import io.beamgrad.schema.DataProfile;
import io.beamgrad.schema.DistributionKind;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ProfiledRows;
import io.beamgrad.schema.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The profiles of the rows to train on, and the findings of the data checks.
 *
 * @param profile the profile of all rows
 * @param fresh the profile of the rows that the version in service has not seen; of all rows where
 *     it has seen all
 * @param last the profile of the rows that the version in service was trained on; empty where there
 *     is none
 * @param copies which of all rows are copies
 */
record DataReview(
    DataProfile profile,
    DataProfile fresh,
    Optional<DataProfile> last,
    CopyCounts copies,
    List<Finding> findings) {
  private static final RecordFile<DataProfile> PROFILES = RecordFile.of(DataProfile.class);
  private static final RecordFile<ProfiledRows> PROFILED = RecordFile.of(ProfiledRows.class);

  /**
   * Profiles the rows, and checks the profiles.
   *
   * @param staging the folder of profiles, from which a run resumes a killed one
   * @param parent the version in service; null where there is none
   * @param seen the paths of the files that the version in service has seen
   * @param lastProfile that of the version in service
   * @param profiles what to look at
   * @param workers read the rows
   */
  static DataReview of(
      CheckLimits limits,
      SourceFiles source,
      Path staging,
      @Nullable Integer parent,
      Set<String> seen,
      Optional<Path> lastProfile,
      RowProfiles profiles,
      UnitsJob workers)
      throws InterruptedException {
    List<FileRange> ranges =
        source.ranges().stream().filter(range -> range.getSplit() == Split.TRAIN).toList();
    Predicate<FileRange> isSeen = range -> seen.contains(range.getPath());
    ProfiledRows fresh =
        profiled(
            staging.resolve("fresh-%s.avro".formatted(parent)),
            source.units(ranges.stream().filter(isSeen.negate()).toList()),
            profiles,
            workers);
    ProfiledRows ofSeen =
        profiled(
            staging.resolve("seen-%s.avro".formatted(parent)),
            source.units(ranges.stream().filter(isSeen).toList()),
            profiles,
            workers);
    DataProfile all = DataProfiler.merge(fresh.getProfile(), ofSeen.getProfile());
    CopyCounts copies = CopyCounts.of(fresh.getCopies()).add(CopyCounts.of(ofSeen.getCopies()));
    Optional<DataProfile> last = lastProfile.filter(Files::exists).map(DataReview::read);
    DataProfile toCompare = fresh.getProfile().getRead() == 0 ? all : fresh.getProfile();
    List<Finding> findings =
        new ArrayList<>(DataChecks.of(limits, all, toCompare, last.orElse(null)));
    findings.addAll(DataChecks.ofCopies(limits, copies.within(), copies.rows()));
    return new DataReview(all, toCompare, last, copies, findings);
  }

  private static ProfiledRows profiled(
      Path file, List<List<FileRange>> units, RowProfiles profiles, UnitsJob workers)
      throws InterruptedException {
    if (Files.exists(file)) {
      try {
        return PROFILED.read(file.toString()).get(0);
      } catch (BrokenFileException e) {
        // what a power cut left of it
      }
    }
    List<ProfiledRows> parts =
        workers.process("profile", unit -> List.of(profiles.of(unit)), ProfiledRows.class, units);
    PROFILED.write(file.toString(), List.of(profiles.merged(parts)));
    return PROFILED.read(file.toString()).get(0);
  }

  private static DataProfile read(Path file) {
    return PROFILES.read(file.toString()).get(0);
  }

  /**
   * The largest population stability index of a feature, without dates and numbers that go on with
   * time; empty where there is no profile to compare with.
   */
  OptionalDouble largestPsi() {
    return last.stream()
        .flatMap(of -> ProfileDrift.of(of, fresh).stream())
        .filter(drift -> !drift.isTarget() && drift.most() == Finding.Action.STOP)
        .mapToDouble(drift -> drift.drift().psi())
        .max();
  }

  /** Writes the profile of all rows. */
  void write(Path file) {
    PROFILES.write(file.toString(), List.of(profile));
  }

  /** The classes of the rows; empty where unknown. */
  List<String> labels() {
    return profile.getDistributions().stream()
        .filter(of -> of.getIsTarget() && of.getKind() == DistributionKind.TEXTS)
        .flatMap(of -> of.getTexts().stream())
        .toList();
  }
}

package io.beamgrad.runner;

import io.beamgrad.data.files.Storage;
import io.beamgrad.data.remote.BeamModule;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.rundir.WorkPlace;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;

/** Gives Beam's file systems their options before a command reads data at addresses. */
public final class RemoteAccess {
  private RemoteAccess() {}

  /**
   * Opens the file systems of addresses for this process; does nothing where all places are on
   * disks.
   *
   * @param places paths and addresses
   * @param beamOptions such as {@code --awsRegion=eu-west-1}
   * @throws WrongInputException where this build does not reach an address, or Beam does not know
   *     an option
   */
  public static void open(List<String> places, List<String> beamOptions) {
    List<String> addresses = places.stream().filter(Storage::isRemote).toList();
    if (!addresses.isEmpty()) {
      addresses.forEach(BeamModule::require);
      FileSystems.setDefaultPipelineOptions(
          RunnerOptions.of(Runner.DIRECT, 1, WorkPlace.beamOptions(addresses, beamOptions)));
    }
  }
}

package io.beamgrad.data.sources;

import io.beamgrad.data.files.Storage;
import io.beamgrad.data.files.StoredFile;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder with data, on a disk or at an address such as {@code s3://bucket/folder}. Files in it
 * have names: their paths below it, with {@code /} between the parts.
 */
public abstract class DataFolder {
  /** The folder of a path or an address. */
  public static DataFolder of(String pathOrAddress) {
    return Storage.isRemote(pathOrAddress)
        ? new AddressFolder(pathOrAddress)
        : new DiskFolder(Path.of(pathOrAddress));
  }

  /**
   * Checks that the folder is there; nobody knows before its files are listed where it is an
   * address.
   *
   * @throws MissingDataException where there is no such folder
   */
  abstract void requireThere();

  /** Whether a name is that of a folder with files in it. */
  abstract boolean isFolder(String name);

  /** Whether there is a file, or on a disk a folder, of this name. */
  abstract boolean exists(String name);

  /**
   * The names of all files below a folder, sorted; links are followed, and where there is no such
   * folder there are none.
   *
   * @param start the name of the folder; the empty one is this folder itself
   */
  abstract List<String> files(String start);

  /**
   * A name as {@link #files} has it, such as {@code a.csv} for {@code ./a.csv}; empty for the
   * folder itself.
   *
   * @throws WrongInputException where it leaves the folder
   */
  abstract String normal(String name);

  /** The path or address of a name, for messages: as it was given. */
  abstract String shown(String name);

  /** The absolute path or the address of a file. */
  public abstract String path(String name);

  /**
   * What a listing says of a file.
   *
   * @throws MissingDataException where there is no such file
   */
  public abstract StoredFile file(String name);

  /** The folder as it was given. */
  @Override
  public abstract String toString();
}

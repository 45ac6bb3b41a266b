package io.beamgrad.transforms;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.schema.FileRange;
import java.io.Serializable;
import java.util.List;

/** What is done with ranges of files that one worker reads together. */
@FunctionalInterface
public interface UnitTask<R> extends Serializable {

  /**
   * Reads the ranges; called twice it gives the same.
   *
   * @throws BrokenFileException where a file, or what is to read it, cannot be used
   * @throws MissingDataException where a file is gone
   */
  List<R> of(List<FileRange> unit);
}

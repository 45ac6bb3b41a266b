package io.beamgrad.evaluation;

import java.io.Serializable;
import java.util.List;

/**
 * A file of a table, or a pair of images and labels, whose held-out rows judge.
 *
 * @param names of its files below the data folder, the one that names the rows first
 * @param contents the hex SHA-256 of each
 */
public record HoldoutFile(List<String> names, List<String> contents) implements Serializable {
  public HoldoutFile {
    names = List.copyOf(names);
    contents = List.copyOf(contents);
  }
}

package io.beamgrad.data.rows;

import io.beamgrad.schema.Reject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Groups rejects by file and column: the first reject of each group, and how many there are. */
public final class RejectGroups {
  private final Map<List<String>, Group> groups = new LinkedHashMap<>();

  /**
   * The rejects of one file and column.
   *
   * @param records how many records were rejected
   */
  public record Group(Reject first, long records) {}

  public void add(Reject reject) {
    String column = reject.getColumn() == null ? "" : reject.getColumn();
    groups.merge(
        List.of(reject.getFile(), column),
        new Group(reject, 1),
        (so, far) -> new Group(so.first, so.records + 1));
  }

  /** The groups in the order of their first rejects. */
  public List<Group> groups() {
    return new ArrayList<>(groups.values());
  }
}

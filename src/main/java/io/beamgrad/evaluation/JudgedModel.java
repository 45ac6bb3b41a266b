package io.beamgrad.evaluation;

import io.beamgrad.data.split.TrainedData;
import io.beamgrad.schema.ModelRecord;
import java.io.Serializable;
import java.util.List;

/**
 * A model that is judged by rows which it has never seen.
 *
 * @param path names its file in messages
 * @param lineage what it and all models that it descends from by warm starts were trained on
 */
public record JudgedModel(String path, ModelRecord record, List<TrainedData> lineage)
    implements Serializable {
  public JudgedModel {
    lineage = List.copyOf(lineage);
  }
}

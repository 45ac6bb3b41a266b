package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.model.Networks;
import io.beamgrad.nn.Loss;
import io.beamgrad.nn.Sequential;
import io.beamgrad.optim.SGD;
import io.beamgrad.schema.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** Whatever a job's spec can build is replayed: a layer or a loss that is not would be slow. */
class ReplayedJobsTest {

  /** A record of each kind that a field of a plan may hold, its numbers set to small ones. */
  private static List<Object> kinds(List<Schema> types) {
    List<Object> records = new ArrayList<>();
    for (Schema type : types) {
      SpecificRecord record = (SpecificRecord) SpecificData.get().newRecord(null, type);
      for (Schema.Field field : type.getFields()) {
        record.put(
            field.pos(),
            switch (field.schema().getType()) {
              case INT -> 3;
              case DOUBLE -> 0.5;
              case BOOLEAN -> true;
              case ENUM ->
                  SpecificData.get()
                      .createEnum(field.schema().getEnumSymbols().get(0), field.schema());
              case ARRAY -> List.of();
              default -> throw new IllegalStateException("a new kind of setting: " + field);
            });
      }
      records.add(record);
    }
    return records;
  }

  @Test
  void everyLayerAndLossOfASpecIsReplayed() {
    Schema plan = TrainingPlan.getClassSchema();
    List<Object> layers = kinds(plan.getField("layers").schema().getElementType().getTypes());
    List<Object> losses = kinds(plan.getField("loss").schema().getTypes());
    assertTrue(layers.size() >= 6 && losses.size() >= 5);
    for (boolean sparse : new boolean[] {false, true}) {
      Sequential model = Networks.build(layers, new int[] {4}, sparse, 1);
      assertEquals(layers.size(), model.modules().size());
      for (Object settings : losses) {
        Loss loss = Networks.loss(settings);
        SGD optimizer = new SGD(model.namedParameters(), 0.1);
        assertTrue(new Trainer(model, loss, optimizer, 10).replaysSteps(), model + " " + loss);
      }
    }
  }
}

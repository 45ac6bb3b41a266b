package io.beamgrad.learner;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.files.Storage;
import io.beamgrad.schema.CosineDecay;
import io.beamgrad.schema.LearningRateSchedule;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.WarmStart;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;

/**
 * The hex SHA-256 of all of a plan that decides the weights. Files count by their content, not by
 * their path; the number of epochs counts where the learning rate depends on it, so that a training
 * may go on for more epochs.
 *
 * <p>It stays the same over time: fields are taken by name in alphabetical order, and one that is
 * at its schema's default is left out. So a field that is added to the plan with a default moves no
 * fingerprint of a plan that does not use it; the default of a field never changes.
 */
final class PlanFingerprint {
  /** What does not decide the weights, or is added by itself. */
  private static final Set<String> APART =
      Set.of(
          "model",
          "workFolder",
          "cacheBytes",
          "keepCheckpoint",
          "csv",
          "epochs",
          "initialWeights",
          "warmStart");

  private static final SpecificData DATA = SpecificData.get();

  private PlanFingerprint() {}

  /**
   * @throws java.io.UncheckedIOException where a file that the training starts from cannot be read
   */
  static String of(TrainingPlan plan) {
    StringBuilder text = new StringBuilder("beamgrad training plan 1\n");
    append(text, plan, APART);
    if (needsEpochs(plan.getSchedule())) {
      text.append("\nepochs=").append(plan.getEpochs());
    }
    WarmStart warm = plan.getWarmStart();
    if (warm != null) {
      text.append("\nwarm start=").append(content(warm.getModel()));
      if (warm.getCheckpoint() != null) {
        text.append(' ').append(content(warm.getCheckpoint()));
      }
    } else if (plan.getInitialWeights() != null) {
      text.append("\ninitial weights=").append(content(plan.getInitialWeights()));
    }
    return Sha256.hex(text.toString());
  }

  /** That of one training: a plan of a model on the rows of one data checksum. */
  static String ofTraining(TrainingPlan plan, String dataChecksum) {
    return Sha256.hex("%s %s %s".formatted(plan.getModel(), of(plan), dataChecksum));
  }

  private static boolean needsEpochs(LearningRateSchedule schedule) {
    return schedule != null
        && schedule.getDecay() instanceof CosineDecay cosine
        && cosine.getLength() == null;
  }

  private static String content(String path) {
    return Sha256.hex(Storage.sha256(path));
  }

  private static void append(StringBuilder text, IndexedRecord record, Set<String> apart) {
    text.append(record.getSchema().getName()).append('{');
    List<Schema.Field> fields =
        record.getSchema().getFields().stream()
            .filter(field -> !apart.contains(field.name()))
            .filter(field -> !isDefault(field, record.get(field.pos())))
            .sorted(Comparator.comparing(Schema.Field::name))
            .toList();
    for (Schema.Field field : fields) {
      text.append(field.name()).append('=');
      append(text, record.get(field.pos()));
      text.append(';');
    }
    text.append('}');
  }

  private static boolean isDefault(Schema.Field field, Object value) {
    if (!field.hasDefaultValue()) {
      return false;
    }
    Object usual = DATA.getDefaultValue(field);
    return usual == null ? value == null : usual.equals(value);
  }

  /** In a form that no two values share; numbers by their bits. */
  private static void append(StringBuilder text, Object value) {
    if (value instanceof IndexedRecord record) {
      append(text, record, Set.of());
    } else if (value instanceof List<?> list) {
      text.append(list.size()).append('[');
      for (Object item : list) {
        append(text, item);
        text.append(',');
      }
      text.append(']');
    } else if (value instanceof String string) {
      text.append(string.length()).append(':').append(string);
    } else if (value instanceof Double number) {
      text.append(Double.toHexString(number));
    } else if (value instanceof Float number) {
      text.append(Float.toHexString(number));
    } else if (value == null
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Boolean
        || value instanceof Enum<?>) {
      text.append(value);
    } else {
      throw new IllegalArgumentException("a plan cannot be hashed with a " + value.getClass());
    }
  }
}

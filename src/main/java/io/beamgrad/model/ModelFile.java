package io.beamgrad.model;

import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.nn.Ensemble;
import io.beamgrad.nn.KeyedNetwork;
import io.beamgrad.nn.Module;
import io.beamgrad.nn.Sequential;
import io.beamgrad.schema.Calibration;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.ModelRef;
import io.beamgrad.schema.Parameter;
import io.beamgrad.schema.TextEncoding;
import io.beamgrad.tensor.Tensor;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code model.avro}: an Avro container with one {@link ModelRecord}. */
public final class ModelFile {
  private static final int FORMAT_VERSION = 1;
  private static final int SECOND_VERSION = 2; // which a beamgrad of before refuses
  private static final int KEYED_VERSION = 3; // which one without models by key refuses

  private static final int FOURTH_VERSION =
      4; // which one without calibration, texts, crosses refuses

  private static final int FRAME_BYTES = 4096; // of what a model has beside its weights, about

  private static final RecordFile<ModelRecord> FILES = RecordFile.of(ModelRecord.class);

  private ModelFile() {}

  /**
   * A model of the format version that its parts need: the first one where a beamgrad of before,
   * which leaves out fields that it does not know, would give the same predictions.
   *
   * @param parts all fields but the version
   */
  public static ModelRecord versioned(ModelRecord.Builder parts) {
    ModelRecord model = parts.setFormatVersion(FORMAT_VERSION).build();
    int version = version(model);
    return version == FORMAT_VERSION ? model : parts.setFormatVersion(version).build();
  }

  private static int version(ModelRecord model) {
    if (model.getCalibration() != null
        || !model.getCrosses().isEmpty()
        || model.getEncodings().stream().anyMatch(TextEncoding.class::isInstance)) {
      return FOURTH_VERSION;
    }
    if (!model.getKeyWeights().isEmpty() || KeyedModels.encoding(model).isPresent()) {
      return KEYED_VERSION;
    }
    return ModelCheck.isNewer(model) ? SECOND_VERSION : FORMAT_VERSION;
  }

  /** Writes a model; the file appears whole or not at all. */
  public static void write(String path, ModelRecord model) {
    long weights =
        model.getParameters().stream().mapToLong(p -> p.getValues().remaining()).sum()
            + model.getKeyWeights().stream().mapToLong(k -> k.getValues().remaining()).sum();
    long keys =
        KeyedModels.encoding(model)
            .map(key -> (long) key.getHashes().remaining() + key.getOwn().remaining())
            .orElse(0L);
    long scores =
        model.getCalibration() == null
            ? 0
            : model.getCalibration().getScores().stream().mapToLong(ByteBuffer::remaining).sum();
    long expected = weights + weights / 16 + keys + scores + FRAME_BYTES;
    FILES.write(path, model, (int) Math.min(expected, Integer.MAX_VALUE - FRAME_BYTES));
  }

  /**
   * Reads a model and checks it.
   *
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where it is not a whole model of a version that is known, its
   *     weights are not those that were written, or its parts do not fit each other
   */
  public static ModelRecord read(String path) {
    if (!Storage.exists(path)) {
      throw new MissingDataException(path + ": no such file");
    }
    return checked(path, FILES.read(path));
  }

  /**
   * The model of a file in memory.
   *
   * @param name of the file in messages
   * @throws BrokenFileException as {@link #read} does
   */
  public static ModelRecord parse(String name, ByteBuffer file) {
    return checked(name, FILES.parse(name, file));
  }

  private static ModelRecord checked(String path, List<ModelRecord> records) {
    if (records.size() != 1) {
      throw new BrokenFileException(
          "%s: expected one model, found %s".formatted(path, records.size()));
    }
    ModelRecord model = records.get(0);
    int version = version(model);
    if (model.getFormatVersion() != version) {
      throw new BrokenFileException(
          "%s: expected format version %s, found %s; use a newer beamgrad"
              .formatted(path, version, model.getFormatVersion()));
    }
    requireSizes(path, model.getParameters());
    String found = WeightsHash.of(model);
    if (!found.equals(model.getWeightsSha256())) {
      throw new BrokenFileException(
          "%s: damaged: expected weights of SHA-256 %s, found %s"
              .formatted(path, RejectText.onOneLine(model.getWeightsSha256()), found));
    }
    try {
      ModelCheck.check(model);
    } catch (IllegalArgumentException e) {
      throw new BrokenFileException(path + ": " + e.getMessage(), e);
    }
    return model;
  }

  /**
   * What refers to a model and says which weights it has.
   *
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where it is no whole model
   */
  public static ModelRef ref(String path) {
    ModelRecord model = read(path);
    return new ModelRef(model.getName(), path, model.getWeightsSha256());
  }

  private static void requireSizes(String path, List<Parameter> parameters) {
    for (Parameter parameter : parameters) {
      BigInteger bytes = BigInteger.valueOf(Float.BYTES);
      for (int size : parameter.getShape()) {
        bytes = bytes.multiply(BigInteger.valueOf(size));
      }
      int found = parameter.getValues().remaining();
      boolean isShape = parameter.getShape().stream().allMatch(size -> size > 0);
      if (!isShape || !bytes.equals(BigInteger.valueOf(found))) {
        throw new BrokenFileException(
            "%s: parameter %s of shape %s: expected %s bytes, found %s"
                .formatted(path, parameter.getName(), parameter.getShape(), bytes, found));
      }
    }
  }

  /** The weights by name, in order; of models by key those of the pooled one. */
  public static Map<String, Tensor> parameters(ModelRecord model) {
    return Networks.toTensors(model.getParameters());
  }

  /** The shape of one row of input. */
  public static int[] inputShape(ModelRecord model) {
    return new RowEncoder(encoding(model)).inputShape();
  }

  /**
   * The model itself, ready to predict: in evaluation mode, in which outputs of numbers are in the
   * unit of their targets, and logits of a calibrated model are divided by its temperature; a
   * {@link Sequential} of its layers, an {@link Ensemble} of those, or of models by key a {@link
   * KeyedNetwork}.
   *
   * @throws BrokenFileException where the weights do not fit the layers
   */
  public static Module network(String path, ModelRecord model) {
    Module pooled = pooledNetwork(path, model);
    if (model.getKeyWeights().isEmpty()) {
      return pooled;
    }
    RowEncoder rows = new RowEncoder(encoding(model));
    KeyedWeights weights = new KeyedWeights(model);
    Module network =
        new KeyedNetwork(pooled, () -> untrained(model, rows), weights.places(), weights::of);
    network.eval();
    return network;
  }

  /**
   * The same without the models of keys, for rows without the places of these.
   *
   * @throws BrokenFileException where the weights do not fit the layers
   */
  public static Module pooledNetwork(String path, ModelRecord model) {
    try {
      RowEncoder rows = new RowEncoder(encoding(model));
      List<Sequential> networks = new ArrayList<>();
      for (int i = 0; i < MemberParameters.networks(model); i++) {
        networks.add(untrained(model, rows));
      }
      Module network =
          model.getMembers().isEmpty()
              ? networks.get(0)
              : new Ensemble(Networks.loss(model.getLoss()).target(), networks);
      network.loadStateDict(parameters(model));
      Calibration calibration = model.getCalibration();
      Module calibrated =
          Networks.calibrated(network, calibration == null ? null : calibration.getTemperature());
      calibrated.eval();
      return calibrated;
    } catch (IllegalArgumentException e) {
      throw new BrokenFileException(path + ": " + e.getMessage(), e);
    }
  }

  private static Sequential untrained(ModelRecord model, RowEncoder rows) {
    return Networks.withTargets(
        Networks.build(model.getLayers(), rows.networkShape(), rows.isSparse(), 0),
        model.getTargets());
  }

  /** What makes input of rows as the model was trained on them. */
  public static Encoding encoding(ModelRecord model) {
    List<Column> columns = model.getColumns();
    return new Encoding(columns, model.getEncodings(), model.getCrosses(), model.getLabels());
  }
}

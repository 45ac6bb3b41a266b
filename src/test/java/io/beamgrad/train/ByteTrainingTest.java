package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.nn.CrossEntropyLoss;
import io.beamgrad.nn.Dropout;
import io.beamgrad.nn.Flatten;
import io.beamgrad.nn.LayerNorm;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.Module;
import io.beamgrad.nn.ReLU;
import io.beamgrad.nn.Scale;
import io.beamgrad.nn.Sequential;
import io.beamgrad.optim.SGD;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Images give the same bits as bytes and as numbers, however they are trained on. */
class ByteTrainingTest {

  private static final int ROWS = 150;
  private static final int SIDE = 9;
  private static final int CLASSES = 4;
  private static final int BATCH = 32; // the last one has 22 rows

  /** Images whose edges are black. */
  private static final class Images implements Dataset {
    private final byte[] pixels = new byte[ROWS * SIDE * SIDE];
    private final float[] labels = new float[ROWS];
    private final float[] numbers = new float[256];

    Images(float black) {
      Generator random = new Generator(3);
      for (int i = 0; i < pixels.length; i++) {
        boolean isEdge = i / SIDE % SIDE < 2 || i % SIDE < 3;
        pixels[i] = isEdge || random.nextFloat() < 0.5f ? 0 : (byte) (256 * random.nextFloat());
      }
      for (int i = 0; i < ROWS; i++) {
        labels[i] = (int) (CLASSES * random.nextFloat());
      }
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = i / 255f + black;
      }
    }

    TensorDataset asNumbers() {
      Tensor inputs = Tensor.zeros(ROWS, SIDE, SIDE);
      for (int i = 0; i < pixels.length; i++) {
        inputs.data()[i] = numbers[pixels[i] & 0xff];
      }
      return new TensorDataset(inputs, Tensor.of(labels));
    }

    @Override
    public long size() {
      return ROWS;
    }

    @Override
    public int[] inputShape() {
      return new int[] {SIDE, SIDE};
    }

    @Override
    public int[] targetShape() {
      return new int[0];
    }

    @Override
    public float[] numbersOfBytes() {
      return numbers;
    }

    @Override
    public void copyRows(long[] rows, int count, RowBatch to) {
      to.resize(count);
      int size = SIDE * SIDE;
      for (int i = 0; i < count; i++) {
        System.arraycopy(pixels, (int) rows[i] * size, to.byteInputs().bytes(), i * size, size);
        to.targets()[i] = labels[(int) rows[i]];
      }
    }
  }

  private static Sequential softmax() {
    return new Sequential(new Flatten(), new Linear(SIDE * SIDE, CLASSES, new Generator(1)));
  }

  private static Sequential hidden() {
    Generator random = new Generator(1);
    return new Sequential(
        new Flatten(),
        new Linear(SIDE * SIDE, 67, random),
        new ReLU(),
        new Linear(67, CLASSES, random));
  }

  private static Sequential ntk() {
    return new Sequential(new Flatten(), Linear.ntk(SIDE * SIDE, CLASSES, new Generator(1)));
  }

  private static Sequential scaled() {
    return new Sequential(
        new Flatten(),
        new Scale(SIDE * SIDE),
        new LayerNorm(SIDE * SIDE),
        Linear.ntk(SIDE * SIDE, CLASSES, new Generator(1)));
  }

  private static Sequential dropout() {
    return new Sequential(
        new Dropout(0.3, 5), new Flatten(), new Linear(SIDE * SIDE, CLASSES, new Generator(1)));
  }

  /** A module of the user's own, which is given tensors. */
  private static final class Own extends Module {
    private final Linear layer = child("layer", new Linear(SIDE * SIDE, CLASSES, new Generator(1)));

    @Override
    public Tensor forward(Tensor input) {
      return layer.forward(input.flatten(1));
    }
  }

  @Test
  void imagesGiveTheBitsOfTheirNumbers() throws InterruptedException {
    List<Supplier<Module>> models =
        List.of(
            ByteTrainingTest::softmax,
            ByteTrainingTest::hidden,
            ByteTrainingTest::ntk,
            ByteTrainingTest::scaled,
            ByteTrainingTest::dropout,
            Own::new);
    for (Supplier<Module> model : models) {
      for (float black : new float[] {0f, -0.25f}) {
        Images images = new Images(black);
        for (boolean ahead : new boolean[] {true, false}) {
          assertArrayEquals(
              trained(model.get(), images.asNumbers(), ahead), trained(model.get(), images, ahead));
        }
      }
    }
  }

  /** All weights, the last training loss and the loss of an evaluation. */
  private static double[] trained(Module model, Dataset dataset, boolean ahead)
      throws InterruptedException {
    SGD optimizer = new SGD(model.namedParameters(), 0.1, 0.9, false, 0);
    Trainer trainer = new Trainer(model, new CrossEntropyLoss(), optimizer, BATCH);
    trainer.setPrepareAhead(ahead);
    double loss = 0;
    for (int epoch = 1; epoch <= 3; epoch++) {
      RandomSampler sampler = new RandomSampler(ROWS, 2);
      loss = trainer.trainEpoch(epoch, dataset, sampler, StepListener.NONE).meanLossPerExample();
    }
    Evaluation evaluation = trainer.evaluate(dataset, new SequentialSampler(ROWS));
    return DoubleStream.concat(
            model.parameters().stream().flatMapToDouble(ByteTrainingTest::values),
            DoubleStream.of(loss, evaluation.meanLossPerExample()))
        .toArray();
  }

  private static DoubleStream values(Tensor tensor) {
    return IntStream.range(0, tensor.elements()).mapToDouble(i -> tensor.data()[i]);
  }

  @Test
  void aLoaderGivesTheNumbersOfImages() {
    Images images = new Images(0.5f);
    DataLoader.Batch batch =
        new DataLoader(images, new SequentialSampler(ROWS), ROWS).iterator().next();
    assertArrayEquals(images.asNumbers().inputs().toArray(), batch.inputs().toArray());
    assertArrayEquals(new int[] {ROWS, SIDE, SIDE}, batch.inputs().shape());
  }

  @Test
  void imagesThatAreNotFlatAreRefusedByALinearLayerAsTheirNumbersAre() {
    Images images = new Images(0);
    String expected = failure(images.asNumbers());
    assertEquals(expected, failure(images));
  }

  private static String failure(Dataset dataset) {
    Linear layer = new Linear(SIDE, CLASSES, new Generator(1));
    SGD optimizer = new SGD(layer.namedParameters(), 0.1);
    Trainer trainer = new Trainer(layer, new CrossEntropyLoss(), optimizer, BATCH);
    return assertThrows(
            IllegalArgumentException.class,
            () -> trainer.trainEpoch(1, dataset, new SequentialSampler(ROWS), StepListener.NONE))
        .getMessage();
  }
}

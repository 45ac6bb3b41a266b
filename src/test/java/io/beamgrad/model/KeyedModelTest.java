package io.beamgrad.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.encoding.KeyHashes;
import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.nn.Module;
import io.beamgrad.schema.BatchNormLayer;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.InputCoverage;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.schema.KeyModel;
import io.beamgrad.schema.KeyResult;
import io.beamgrad.schema.KeyWeights;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Parameter;
import io.beamgrad.schema.ReluLayer;
import io.beamgrad.schema.ScaleLayer;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TargetScale;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A {@code model.avro} of models by key. */
class KeyedModelTest {
  private static final int KEYS = 29;

  @TempDir Path folder;

  private String write(ModelRecord model) {
    String file = folder.resolve("model.avro").toString();
    ModelFile.write(file, model);
    return file;
  }

  private static ModelRecord plain(String kind) {
    return switch (kind) {
      case "numbers" -> Models.crops();
      case "two classes" -> Models.signs();
      case "scaled" ->
          ModelFile.versioned(
              ModelRecord.newBuilder(Models.crops())
                  .setTargets(
                      List.of(
                          new TargetEncoding("apples", TargetScale.LOG, 2.0, 0.5, null, null),
                          new TargetEncoding("oranges", TargetScale.LOG, 1.0, 2.0, 1.0, 90.0))));
      case "classes" -> Models.mixed();
      case "all layers" -> Models.mixed(Models.layersOfAllKinds());
      case "batch norm" ->
          Models.withDrawnWeights(
              Models.crops(),
              List.of(
                  new LinearLayer(5, true, false),
                  new BatchNormLayer(0.1, 1e-5),
                  new ReluLayer(),
                  new LinearLayer(2, false, false)),
              3);
      case "sparse" -> sparse();
      case "sparse scaled" ->
          Models.withDrawnWeights(
              sparse(),
              List.of(
                  new ScaleLayer(),
                  new LinearLayer(4, true, false),
                  new ReluLayer(),
                  new LinearLayer(2, false, false)),
              2000);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static ModelRecord sparse() {
    return Models.linear(
        List.of(Columns.feature("t", ColumnType.STRINGS, List.of())),
        List.of(
            new CategoryEncoding("t", List.of(), List.of(), false, 2000, false, null, true, false)),
        2000,
        2);
  }

  private static int place(ModelRecord keyed, int key) {
    KeyHashes hashes = new KeyHashes(KeyedModels.encoding(keyed).orElseThrow());
    return hashes.place(hashes.index(KeyHashes.hash(KeyedExamples.key(key))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "numbers",
        "two classes",
        "scaled",
        "classes",
        "all layers",
        "batch norm",
        "sparse",
        "sparse scaled"
      })
  void aRowHasTheBitsOfANetworkWithTheWeightsOfItsKey(String kind) {
    ModelRecord plain = plain(kind);
    ModelRecord keyed = KeyedExamples.of(plain, KEYS);
    String file = write(keyed);
    assertEquals(keyed, ModelFile.read(file));
    assertEquals(3, keyed.getFormatVersion());
    Module network = ModelFile.network(file, ModelFile.read(file));
    int in = new RowEncoder(ModelFile.encoding(plain)).inputWidth();
    boolean isSparse = kind.startsWith("sparse");
    Generator random = new Generator(4);
    int rows = 100;
    int[] keys = IntStream.range(0, rows).map(row -> (row * 7 + row / 9) % (KEYS + 2)).toArray();
    float[] batch = new float[rows * (in + 1)];
    SparseRows sparse = new SparseRows(in + 1);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < in; i++) {
        boolean isZero = isSparse ? random.nextFloat() > 0.01 : i % 4 == 3;
        batch[row * (in + 1) + i] = isZero ? 0 : random.nextFloat();
      }
      batch[row * (in + 1) + in] = place(keyed, keys[row]);
      sparse.addNonZero(0, batch, row * (in + 1), in + 1);
      sparse.endRow();
    }
    Tensor outputs =
        isSparse ? network.forward(sparse) : network.forward(Tensor.wrap(batch, rows, in + 1));
    int out = outputs.size(1);
    for (int row = 0; row < rows; row++) {
      Module own =
          ModelFile.network(
              "own", keys[row] < KEYS ? KeyedExamples.plain(plain, keys[row]) : plain);
      float[] input = Arrays.copyOfRange(batch, row * (in + 1), row * (in + 1) + in);
      SparseRows sparseInput = new SparseRows(in);
      sparseInput.addNonZero(0, input, 0, in);
      sparseInput.endRow();
      Tensor expected =
          Tensor.noGrad(
              () -> isSparse ? own.forward(sparseInput) : own.forward(Tensor.wrap(input, 1, in)));
      assertArrayEquals(
          expected.data(), Arrays.copyOfRange(outputs.data(), row * out, (row + 1) * out));
    }
  }

  @Test
  void severalThreadsPredictAtOnce() {
    ModelRecord keyed = KeyedExamples.of(plain("batch norm"), KEYS);
    Module network = ModelFile.network("m", keyed);
    int places = keyed.getKeyWeights().stream().mapToInt(KeyWeights::getKeys).sum();
    float[] batch = new float[200 * 4];
    Generator random = new Generator(4);
    for (int i = 0; i < batch.length; i++) {
      batch[i] = i % 4 == 3 ? i / 4 % (places + 1) : random.nextFloat();
    }
    float[] expected = network.forward(Tensor.wrap(batch, 200, 4)).data();
    IntStream.range(0, 64)
        .parallel()
        .forEach(
            any ->
                assertArrayEquals(
                    expected, network.forward(Tensor.wrap(batch.clone(), 200, 4)).data()));
  }

  @Test
  void aPlaceThatIsNoneIsRefused() {
    Module network = ModelFile.network("m", KeyedExamples.of(Models.crops(), 3));
    for (float place : new float[] {-1, 0.5f, 3, Float.NaN}) {
      assertEquals(
          "KeyedNetwork: place %s of 2 models of keys".formatted(place),
          assertThrows(
                  IllegalArgumentException.class,
                  () -> network.forward(Tensor.wrap(new float[] {1, 2, 3, place}, 1, 4)))
              .getMessage());
    }
    assertEquals(0, network.forward(Tensor.wrap(new float[0], 0, 4)).elements());
  }

  @ParameterizedTest
  @ValueSource(strings = {"numbers", "scaled", "batch norm", "sparse", "sparse scaled"})
  void aModelInPlainJavaSaysTheSame(String kind) {
    ModelRecord plain = plain(kind);
    Model keyed = Model.load(Path.of(write(KeyedExamples.of(plain, KEYS))));
    List<String> features = keyed.features();
    for (int key = 0; key < KEYS + 2; key++) {
      ModelRecord expected = key < KEYS ? KeyedExamples.plain(plain, key) : plain;
      Model own = Model.load(Path.of(write(expected)));
      Object[] row = new Object[features.size()];
      for (int i = 0; i < row.length - 1; i++) {
        row[i] = kind.startsWith("sparse") ? "text " + key : (Object) (key + i * 0.5f);
      }
      row[row.length - 1] = KeyedExamples.key(key);
      assertArrayEquals(
          own.predict(Arrays.copyOf(row, row.length - 1)).values(), keyed.predict(row).values());
    }
    Object[] hole = new Object[features.size()];
    assertThrows(IllegalArgumentException.class, () -> keyed.predict(hole));
  }

  @Test
  void keysThatShareARoomGiveTheirOwnOutputsToAnyNumberOfThreads() {
    ModelRecord keyed = KeyedExamples.of(plain("batch norm"), 8);
    KeyedWeights weights = new KeyedWeights(keyed);
    assertEquals(5, weights.places());
    int layers = keyed.getLayers().size();
    AtomicInteger made = new AtomicInteger();
    KeyedRowNetworks networks =
        new KeyedRowNetworks(
            weights,
            layers,
            2 * KeyedRowNetworks.bytes(weights, layers),
            parameters -> {
              made.incrementAndGet();
              return rowNetwork(keyed, parameters);
            });
    float[] row = {1, -2, 3};
    List<float[]> expected =
        IntStream.rangeClosed(1, 5)
            .mapToObj(place -> run(rowNetwork(keyed, weights.parameters(place)), row))
            .toList();
    for (int place : new int[] {1, 2, 1, 2, 3, 1}) {
      assertArrayEquals(expected.get(place - 1), run(networks.of(place), row));
    }
    assertEquals(4, made.get(), "1 and 2, then 3 and 1 in one room");

    IntStream.range(0, 20_000)
        .parallel()
        .map(i -> i * 7 % 5)
        .forEach(i -> assertArrayEquals(expected.get(i), run(networks.of(i + 1), row)));
  }

  private static RowNetwork rowNetwork(ModelRecord model, List<Parameter> parameters) {
    return new RowNetwork(
        model.getLayers(), model.getTargets(), Networks.toTensors(parameters), 3, false);
  }

  private static float[] run(RowNetwork network, float[] row) {
    return Arrays.copyOf(network.run(row, row.length, network.newScratch()), network.outputs());
  }

  @Test
  void aFileHasRoomForThePooledWeightsAndAllHashesToo() {
    long most = Integer.MAX_VALUE - (64L << 20);
    assertFalse(KeyedModels.isTooLarge(0, 0, most));
    assertTrue(KeyedModels.isTooLarge(1, 0, most));
    assertFalse(KeyedModels.isTooLarge(8, 1, most / 2 - 40));
    assertTrue(KeyedModels.isTooLarge(1_000_000, 1, most / 2 - 40));
    assertTrue(KeyedModels.isTooLarge(8, 2, most / 2 - 40));
    assertFalse(KeyedModels.isTooLarge(1 << 24, 1 << 24, 4));
    assertTrue(KeyedModels.isTooLarge(1 << 25, (1 << 24) + 1, 4));
  }

  @Test
  void theModelOfOneKeyIsAPlainOne() {
    ModelRecord plain = Models.mixed();
    ModelRecord keyed = KeyedExamples.of(plain, KEYS);
    for (int key = 0; key < KEYS + 1; key++) {
      ModelRecord expected = key < KEYS ? KeyedExamples.plain(plain, key) : plain;
      ModelRecord found = KeyedModels.ofKey(keyed, KeyedExamples.key(key));
      assertEquals(expected, found);
      String file = write(found);
      assertEquals(expected, ModelFile.read(file));
    }
    assertEquals(plain, KeyedModels.ofKey(KeyedExamples.pooled(plain), "c1"));
    assertEquals(
        "mixed: has no column of keys",
        assertThrows(IllegalArgumentException.class, () -> KeyedModels.ofKey(plain, "c1"))
            .getMessage());
  }

  @Test
  void thePooledModelWithAColumnOfKeysIsOfTheThirdVersionToo() {
    ModelRecord pooled = KeyedExamples.pooled(Models.crops());
    assertEquals(3, pooled.getFormatVersion());
    assertEquals(Models.crops().getWeightsSha256(), pooled.getWeightsSha256());
    String file = write(pooled);
    assertEquals(pooled, ModelFile.read(file));
    Model model = Model.load(Path.of(file));
    Model plain = Model.load(Path.of(write(Models.crops())));
    assertArrayEquals(plain.predict(1f, 2f, 3f).values(), model.predict(1f, 2f, 3f, "c").values());
  }

  /** However the weights are cut into parts, they are the same ones. */
  @Test
  void wideModelsLieInPartsOfSomeMegabytes() throws Exception {
    ModelRecord plain =
        Models.linear(
            List.of(Columns.feature("v", ColumnType.FLOATS, List.of(100_000))),
            List.of(
                new io.beamgrad.schema.NumberEncoding(
                    "v", null, null, false, List.of(0.0), List.of(1.0), null, false, null, null)),
            100_000,
            2);
    ModelRecord keyed = KeyedExamples.of(plain, 20);
    assertEquals(
        List.of(5, 5, 3), keyed.getKeyWeights().stream().map(KeyWeights::getKeys).toList());
    KeyedWeights weights = new KeyedWeights(keyed);
    assertEquals(13, weights.places());
    for (int key = 0; key < 20; key++) {
      int place = place(keyed, key);
      if (place > 0) {
        assertEquals(KeyedExamples.trained(plain, key).getWeights(), weights.of(place));
      }
    }
    ByteBuffer all = ByteBuffer.allocate(13 * weights.bytes());
    keyed.getKeyWeights().forEach(part -> all.put(part.getValues().duplicate()));
    assertEquals(
        keyed.getWeightsSha256(),
        WeightsHash.of(
            plain.getParameters(),
            KeyedModels.encoding(keyed).orElseThrow(),
            List.of(new KeyWeights(13, all.flip()))));
  }

  private static KeyModel key(String key, long hash, long trained) {
    return new KeyModel(
        hash, new KeyResult(key, trained, 3L, 1L, KeyEnd.FEW_ROWS, 0, 0, null, null), null);
  }

  @Test
  void whoAssemblesGivesKeysInTheirOrder() throws Exception {
    ModelRecord pooled = KeyedExamples.pooled(Models.crops());
    assertEquals(
        "column customer: the keys 'a' and 'b' have the same XXH64; rename one of them",
        assertThrows(
                UnusableDataException.class,
                () -> KeyedModels.withKeys(pooled, List.of(key("a", 5, 1), key("b", 5, 1))))
            .getMessage());
    assertEquals(
        "column customer: key 'b' after 'a', whose hash is larger",
        assertThrows(
                IllegalArgumentException.class,
                () -> KeyedModels.withKeys(pooled, List.of(key("a", -5, 1), key("b", 5, 1))))
            .getMessage());
    KeyModel odd = KeyModel.newBuilder(key("a", 5, 1)).setWeights(ByteBuffer.allocate(4)).build();
    assertEquals(
        "column customer: key 'a': expected 32 bytes of weights, found 4",
        assertThrows(
                IllegalArgumentException.class, () -> KeyedModels.withKeys(pooled, List.of(odd)))
            .getMessage());
  }

  @Test
  void keysWithoutATrainingRowAreNewToTheModel() throws Exception {
    ModelRecord pooled = KeyedExamples.pooled(Models.crops());
    ModelRecord keyed =
        KeyedModels.withKeys(pooled, List.of(key("a", 5, 0), key("b", 6, 4), key("c", -1, 0)));
    assertEquals(1, new KeyHashes(KeyedModels.encoding(keyed).orElseThrow()).keys());
    assertEquals(List.of(new InputCoverage("customer", null, null, 9L, 6L)), keyed.getCoverage());
    assertEquals(keyed, ModelFile.read(write(keyed)));
    assertNotEquals(pooled.getWeightsSha256(), keyed.getWeightsSha256());
  }

  @Test
  void aWarmStartHasTheEncodingsOfThePooledWeights() {
    ModelRecord keyed = KeyedExamples.of(Models.crops(), 4);
    assertEquals(
        KeyedExamples.pooled(Models.crops()).getEncodings(), KeyedModels.pooledEncodings(keyed));
    assertEquals(Models.crops().getEncodings(), KeyedModels.pooledEncodings(Models.crops()));
    assertArrayEquals(
        ModelFile.parameters(Models.crops()).get("0.weight").data(),
        ModelFile.parameters(keyed).get("0.weight").data());
    assertEquals(
        List.of("0.weight", "0.bias"),
        List.copyOf(ModelFile.pooledNetwork("m", keyed).namedParameters().keySet()));
  }

  private void assertBroken(String message, ModelRecord model) {
    ModelRecord hashed =
        ModelRecord.newBuilder(model).setWeightsSha256(WeightsHash.of(model)).build();
    String file = write(hashed);
    assertEquals(
        file + ": " + message,
        assertThrows(BrokenFileException.class, () -> ModelFile.read(file)).getMessage());
  }

  private static ModelRecord with(ModelRecord model, KeyEncoding encoding) {
    List<Object> encodings = new ArrayList<>(model.getEncodings());
    encodings.set(encodings.size() - 1, encoding);
    return ModelRecord.newBuilder(model).setEncodings(encodings).build();
  }

  private static ByteBuffer changed(ByteBuffer bytes, int at, int bits) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    copy[at] ^= (byte) bits;
    return ByteBuffer.wrap(copy);
  }

  @Test
  void weightsOrKeysThatWereExchangedAreRefused() {
    ModelRecord keyed = KeyedExamples.of(Models.crops(), 10);
    KeyEncoding encoding = KeyedModels.encoding(keyed).orElseThrow();
    KeyWeights weights = keyed.getKeyWeights().get(0);
    for (ModelRecord odd :
        List.of(
            ModelRecord.newBuilder(keyed)
                .setKeyWeights(
                    List.of(new KeyWeights(weights.getKeys(), changed(weights.getValues(), 9, 1))))
                .build(),
            with(
                keyed,
                new KeyEncoding(
                    "customer", changed(encoding.getHashes(), 0, 1), encoding.getOwn())),
            with(
                keyed,
                new KeyEncoding(
                    "customer", encoding.getHashes(), changed(encoding.getOwn(), 0, 3))))) {
      String file = write(odd);
      String message =
          assertThrows(BrokenFileException.class, () -> ModelFile.read(file)).getMessage();
      assertTrue(message.startsWith(file + ": damaged: expected weights of SHA-256 "), message);
    }
  }

  @Test
  void keysAndModelsThatDoNotFitAreRefused() {
    ModelRecord keyed = KeyedExamples.of(Models.crops(), 10);
    KeyEncoding encoding = KeyedModels.encoding(keyed).orElseThrow();
    KeyWeights weights = keyed.getKeyWeights().get(0);
    ByteBuffer hashes = encoding.getHashes();
    ByteBuffer own = encoding.getOwn();
    assertBroken(
        "expected the weights of 6 keys, found those of 0",
        ModelRecord.newBuilder(keyed).setKeyWeights(List.of()).build());
    assertBroken(
        "expected weights of 6 keys with 32 bytes each, found 160 bytes",
        ModelRecord.newBuilder(keyed)
            .setKeyWeights(List.of(new KeyWeights(6, weights.getValues().slice(0, 160))))
            .build());
    assertBroken(
        "the encoding of column customer has 76 bytes of hashes and 2 of bits",
        with(keyed, new KeyEncoding("customer", hashes.slice(0, 76), own)));
    assertBroken(
        "the encoding of column customer has 80 bytes of hashes and 1 of bits",
        with(keyed, new KeyEncoding("customer", hashes, own.slice(0, 1))));
    assertBroken(
        "the encoding of column customer has bits behind its last key",
        with(keyed, new KeyEncoding("customer", hashes, changed(own, 1, 0x80))));
    assertBroken(
        "the encoding of column customer has hashes that do not ascend",
        with(keyed, new KeyEncoding("customer", changed(hashes, 79, 0xC0), own)));
    assertBroken(
        "the encoding of column customer is of another column, or not for TEXT",
        with(keyed, new KeyEncoding("shop", hashes, own)));
    assertBroken(
        "models of keys in an ensemble",
        ModelRecord.newBuilder(keyed)
            .setMembers(Models.ensemble(Models.crops(), Models.crops()).getMembers())
            .build());
    ModelRecord plain =
        ModelRecord.newBuilder(Models.crops())
            .setFormatVersion(3)
            .setKeyWeights(List.of(weights))
            .build();
    assertBroken("models of keys without a column of keys", plain);
    assertBroken(
        "expected format version 3, found 2; use a newer beamgrad",
        ModelRecord.newBuilder(keyed).setFormatVersion(2).build());
  }
}

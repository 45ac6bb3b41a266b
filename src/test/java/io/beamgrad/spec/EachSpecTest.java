package io.beamgrad.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.EachKey;
import io.beamgrad.schema.KeyPreparation;
import io.beamgrad.schema.ValueKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys below {@code each}. */
class EachSpecTest {
  private static final String SALES =
      """
      data: {format: csv, dir: d, train: sales.csv, features: ["*"], target: y}
      model: [{linear: {out: 1}}]
      loss: mse
      optimizer: {adam: {}}
      """;
  private static final List<SourceField> FIELDS =
      Stream.of("size", "customer", "y", "age")
          .map(name -> new SourceField(name, ValueKind.NUMBER, 0))
          .toList();

  @TempDir Path folder;

  private JobSpec load(String... overrides) throws IOException {
    return JobSpec.load(file(SALES), List.of(overrides));
  }

  private Path file(String yaml) throws IOException {
    return Files.writeString(folder.resolve("sales.yaml"), yaml);
  }

  @Test
  void leftOutOrNothingThereIsOneModel() throws IOException {
    assertNull(load().each());
    assertNull(load("each=").each());
    assertNull(load("each.key=customer", "each=").each());
    assertNull(load().keyColumn());
    assertNull(PlanFromSpec.plan(load(), List.of(), "work").getEach());
    assertEquals(load(), load("each=null"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "each=customer",
        "each.key=customer",
        "each={key: customer}",
        "each={key: customer, minRows: 20, toPooled: 0.1, pooledRows: 1000000}"
      })
  void theColumnAloneSaysItAll(String override) throws IOException {
    assertEquals(new JobSpec.EachSpec("customer", 20, 0.1, 1_000_000), load(override).each());
    assertEquals(load("each=customer"), load(override));
    assertEquals(load("each=customer"), JobSpec.load(file(SALES + "each: customer\n"), List.of()));
  }

  @Test
  void moreCanBeSaidOfAColumnThatIsGivenAlone() throws IOException {
    Path file = file(SALES + "each: customer\n");
    assertEquals(
        new JobSpec.EachSpec("customer", 5, 0, 70),
        JobSpec.load(file, List.of("each.minRows=5", "each.toPooled=0", "each.pooledRows=70"))
            .each());
  }

  @Test
  void aColumnMayHaveANumberAsItsName() throws IOException {
    assertEquals("007", load("each=007").keyColumn());
    assertEquals("7", load("each.key=7").keyColumn());
  }

  @Test
  void itGoesToThePlan() throws IOException {
    JobSpec spec = load("each={key: customer, minRows: 5, toPooled: 2, pooledRows: 1000}");
    List<Column> columns = TableColumns.of(spec, FIELDS);
    assertEquals(
        new EachKey("customer", 5L, 2.0, 1000L),
        PlanFromSpec.plan(spec, columns, "work").getEach());
    List<Object> preparations = PlanFromSpec.plan(spec, columns, "work").getPreparations();
    assertEquals(3, preparations.size());
    assertEquals(new KeyPreparation("customer"), preparations.get(2));
  }

  @Test
  void itComesBackFromTheWrittenSpec() throws IOException {
    JobSpec spec = load("each={key: customer, minRows: 5, toPooled: 1e-3}");
    Path again = Files.writeString(folder.resolve("again.yaml"), spec.toYaml());
    assertEquals(spec, JobSpec.load(again, List.of()));
    assertEquals(spec.fingerprint(), JobSpec.load(again, List.of()).fingerprint());
    assertEquals(load().with(List.of("name=x")), JobSpec.load(again, List.of("each=", "name=x")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ["*"]                   | age size customer y
          ["*", "!customer"]      | age size customer y
          [customer, size]        | size customer y
          ["c*", size]            | size customer y
          [size]                  | size customer y
          """)
  void theKeyIsTheLastFeatureAndNoOther(String features, String names) throws IOException {
    List<Column> columns =
        TableColumns.of(load("each=customer", "data.features=" + features), FIELDS);
    assertEquals(names, String.join(" ", columns.stream().map(Column::getName).toList()));
    Column key = Columns.features(columns).get(Columns.features(columns).size() - 1);
    assertEquals(Columns.feature("customer", ColumnType.STRINGS, List.of()), key);
  }

  @Test
  void whatFoldersOfAPathSayMayBeTheKey() throws IOException {
    List<SourceField> fields =
        Stream.concat(FIELDS.stream(), Stream.of(SourceField.ofPath("shop"))).toList();
    assertEquals(
        List.of("age", "customer", "size", "shop", "y"),
        TableColumns.of(load("each=shop"), fields).stream().map(Column::getName).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          each=shop | sales: each.key: no column is 'shop'; there are age, customer, size, y
          each=customer data.features=["c*"] | sales: data.features: nothing is left but customer, which is each.key; there are age, customer, size, y
          each=customer data.columns={customer:~category} | sales: data.columns.customer: must be left out for each.key, which is read as text
          """)
  void columnsThatDoNotFitAreOneLine(String overrides, String line) throws IOException {
    JobSpec spec = load(split(overrides));
    assertEquals(
        line,
        assertThrows(WrongInputException.class, () -> TableColumns.of(spec, FIELDS)).getMessage());
  }

  @Test
  void aKeyOfATypeThatIsNotReadIsRefused() throws IOException {
    JobSpec spec = load("each=span", "data.features=[size]");
    List<SourceField> fields =
        Stream.concat(FIELDS.stream(), Stream.of(new SourceField("span", null, 0, "a map")))
            .toList();
    assertEquals(
        "sales: each.key: column 'span' is a map, which is not read",
        assertThrows(WrongInputException.class, () -> TableColumns.of(spec, fields)).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          each={} | each.key is missing; it must be text
          each={kee:~x} | each.kee is not a key; did you mean each.key?
          each=[customer] | each must be text, or a map of key, minRows, toPooled, pooledRows, was ["customer"]
          each=customer each.minRows=0 | each.minRows must be in [1, 9223372036854775807], was 0
          each=customer each.toPooled=-1 | each.toPooled must be of at least 0, was -1
          each=customer each.toPooled=1e999 | each.toPooled must be of at least 0, was "Infinity"
          each=customer each.pooledRows=0 | each.pooledRows must be in [1, 9223372036854775807], was 0
          each.minRows=5 | each.key is missing; it must be text
          each=y | each.key and data.target both name y
          each=size data.weight=size | each.key and data.weight both name size
          each=size data.features=[size] | data.features must name a column besides each.key, which is no input of its models, was size
          each=customer sweep={batch:~[1,~2]} | sweep must be null with each, had 2 trials; the job.yaml of the best one may have each
          sweep={each.minRows:~[1,~2]} | sweep over each.minRows is not possible: a sweep has no models by key
          sweep={each:~[a,~b]} | sweep over each is not possible: a sweep has no models by key
          each=customer folds=5 | folds must be null with each, was 5
          each=customer ensemble.members=3 | ensemble.members must be 1 with each, was 3
          each=customer init=/m.avro | init must be null with each, was /m.avro
          each=customer refit=true | refit must be false with each, was true
          each=customer preset=tabular-1 | refit must be false with each, was true, which is of the preset tabular-1; say refit: false
          each=customer split.by={group:~customer} | split.by must not be by each.key, customer, as all rows of a key would be in one split
          each=customer split.by={column:~customer} | split.by must not be by each.key, customer, as all rows of a key would be in one split
          each=customer split.holdout={share:~0.1,~salt:~s,~key:~customer} | split.holdout.key must not be each.key, customer, as all rows of a key would be in one split
          """)
  void whatDoesNotGoTogetherIsOneLine(String overrides, String line) {
    String message =
        assertThrows(WrongInputException.class, () -> load(split(overrides))).getMessage();
    assertTrue(message.endsWith(": " + line), message);
  }

  /** Blanks within an argument are written as tildes. */
  private static String[] split(String overrides) {
    return Stream.of(overrides.split(" ")).map(s -> s.replace('~', ' ')).toArray(String[]::new);
  }

  @Test
  void classesAreNotStratifiedAndImagesHaveNoKeys() throws IOException {
    String stratified =
        SALES.replace("loss: mse", "loss: cross_entropy\nsplit: {by: stratified}\neach: customer");
    assertEquals(
        folder.resolve("sales.yaml")
            + ": split.by must be random, or by group, time or column with each, was stratified",
        assertThrows(WrongInputException.class, () -> JobSpec.load(file(stratified), List.of()))
            .getMessage());
    String idx =
        """
        data: {format: idx, dir: d, train: t}
        model: [flatten, {linear: {out: 10}}]
        loss: cross_entropy
        optimizer: sgd
        each: customer
        """;
    assertEquals(
        folder.resolve("sales.yaml") + ": each is for tables only; idx has images and labels",
        assertThrows(WrongInputException.class, () -> JobSpec.load(file(idx), List.of()))
            .getMessage());
  }

  @Test
  void whatGoesWithItIsTaken() throws IOException {
    load("each=customer", "preset=tabular-1", "refit=false");
    load("each=customer", "earlyStopping={patience: 3}", "schedule.cosine={}", "clipGradNorm=1");
    load("each=customer", "split.by={group: [customer, shop]}");
    load("each=customer", "split.by={time: day}", "split.test=0.1");
    load("each=customer", "split.holdout={share: 0.1, salt: s, key: shop}");
  }

  @Test
  void retrainHoldsOutNoWholeKeys() throws IOException {
    Path file = file(SALES + "each: customer\nretrain: {holdout: {share: 0.1, key: customer}}\n");
    assertEquals(
        file
            + ": retrain.holdout.key must not be each.key, customer, as no judging row would have a key with a model of its own",
        assertThrows(WrongInputException.class, () -> JobSpec.loadToRetrain(file, List.of()))
            .getMessage());
    JobSpec by = JobSpec.loadToRetrain(file, List.of("retrain.holdout={share: 0.1, by: content}"));
    assertEquals("customer", by.each().key());
  }
}

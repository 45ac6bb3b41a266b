package io.beamgrad.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.data.formats.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericRecord;

/** A small job on the 5,000 rows of a table of all kinds of columns, whatever files they are in. */
public record MixedFiles(Path folder) {
  private static final List<GenericRecord> ROWS = Tables.rows(5000, 3);

  /** The files of {@link #cut}, in formats and compressions of their own. */
  public static final List<String> SUFFIXES =
      List.of("csv", "tsv.gz", "jsonl", "avro", "parquet", "csv.zst", "jsonl.bz2");

  public static MixedFiles of(Path folder) throws IOException {
    Files.writeString(
        folder.resolve("mixed.yaml"),
        """
        data:
          dir: %s
          train: set by each test
          features: ["*", "!unused"]
          target: label
          columns:
            x: {number: {clip: [-10, 2000]}}
            count: {number: {clip: [0, null], log: true, missing: mean}}
            price: {number: {missing: median, indicator: true}}
            flag: boolean
            "on": boolean
            day: {date: {missing: zero, indicator: true}}
            at: date
            city: {category: {most: 4, missing: own}}
            code: {category: {hash: 50}}
            vector: {vector: {size: 3}}
          scale: standard
        split: {validation: 0.2, test: 0.1, by: random}
        model: [{linear: {out: 8}}, relu, {linear: {out: 4}}]
        loss: cross_entropy
        optimizer: {sgd: {lr: 0.05, momentum: 0.9}}
        batch: 64
        epochs: 2
        """
            .formatted(folder));
    return new MixedFiles(folder);
  }

  /** Writes all rows to one file; gives the name of its folder. */
  String whole(String suffix) throws IOException {
    String name = "whole-" + suffix;
    Tables.write(folder.resolve(name).resolve("table." + suffix), ROWS);
    return name;
  }

  /** Writes the rows to seven files, in order; gives their names. */
  public List<String> cut(String name, List<String> suffixes) throws IOException {
    List<List<GenericRecord>> parts = Tables.cut(ROWS, 7).toList();
    List<String> files = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      files.add("part-%s.%s".formatted(i, suffixes.get(i % suffixes.size())));
      Tables.write(folder.resolve(name).resolve(files.get(i)), parts.get(i));
    }
    return files;
  }

  /** Trains, and gives the SHA-256 of the weights. */
  public String sha256(String dir, List<String> train, String out, String... more)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                folder.resolve("mixed.yaml").toString(),
                "--out",
                folder.resolve("run-" + out).toString(),
                "--set",
                "data.dir=" + folder.resolve(dir),
                "--set",
                "data.train=[" + String.join(", ", train) + "]"));
    arguments.addAll(List.of(more));
    Cli.Result result = Cli.run(arguments.toArray(new String[0]));
    if (result.exitCode() != 0) {
      throw new AssertionError(out + ": " + result.err());
    }
    return new ObjectMapper()
        .readTree(folder.resolve("run-" + out).resolve("run.json").toFile())
        .get("weightsSha256")
        .asText();
  }
}

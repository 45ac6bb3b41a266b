package io.beamgrad.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.Jvms;
import io.beamgrad.cli.Cli;
import io.beamgrad.rundir.RunLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Runs the jobs of {@code pipelines/} in small forms, and one of models by key, and prints the
 * digest of each one's weights and its metrics. For {@link SameBitsIT}, which runs it in JVMs of
 * all kinds.
 */
public final class ShippedJobs {

  private final Path folder;
  private final List<String> more;

  private ShippedJobs(Path folder, List<String> more) {
    this.folder = folder;
    this.more = more;
  }

  /**
   * Prints what the JVM is and a line for each job.
   *
   * @param args a folder to write into; MNIST's folder, or nothing where it is missing; further
   *     arguments of {@code train}
   */
  public static void main(String[] args) throws IOException {
    System.out.println(Jvms.describe());
    RunLog.silenceConsole();
    ShippedJobs jobs = new ShippedJobs(Path.of(args[0]), List.of(args).subList(2, args.length));
    jobs.train("pipelines/crop-yield.yaml", "epochs=20");
    String digits = "data.dir=" + Path.of(args[0], "drawn");
    jobs.train("pipelines/digits.yaml", digits, "data.generate.digits=600", "epochs=2");
    jobs.train(ShopTable.write(Path.of(args[0], "shops-data"), 40, 60).toString());
    if (!args[1].isEmpty()) {
      for (String job : List.of("mnist", "mnist-mlp")) { // on the 10,000 rows of the test set
        jobs.train(
            "pipelines/" + job + ".yaml",
            "data.dir=" + args[1],
            "data.train=t10k",
            "data.test=null",
            "epochs=2");
      }
    }
    System.exit(0);
  }

  private void train(String spec, String... settings) throws IOException {
    String job = Path.of(spec).getFileName().toString().replace(".yaml", "");
    Path out = folder.resolve(job);
    List<String> arguments = new ArrayList<>();
    Collections.addAll(arguments, "train", spec, "--out", out.toString());
    for (String setting : settings) {
      Collections.addAll(arguments, "--set", setting);
    }
    arguments.addAll(more);
    Cli.Result result = Cli.run(arguments.toArray(new String[0]));
    if (result.exitCode() != 0) {
      System.err.println(result.err());
      System.exit(result.exitCode());
    }
    var run = new ObjectMapper().readTree(out.resolve("run.json").toFile());
    System.out.println(job + " " + run.get("weightsSha256").asText() + " " + run.get("metrics"));
  }
}

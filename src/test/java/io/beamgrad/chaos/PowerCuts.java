package io.beamgrad.chaos;

import io.beamgrad.chaos.disk.DiskWrite;
import io.beamgrad.chaos.disk.ForgetfulDisk;
import io.beamgrad.chaos.disk.RecordingProvider;
import io.beamgrad.data.files.Storage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A command whose power is cut at any of its writes. It runs once undisturbed, and what it writes
 * and forces is recorded; after each cut the disk has what a cut at that write may have left.
 */
final class PowerCuts {
  private final Path folder;
  private final List<String> arguments;
  private final Path start;
  private final Path undisturbed;
  private List<DiskWrite> writes;

  /**
   * @param folder which has the folder {@code disk}, to which alone the command writes
   * @param arguments of beamgrad
   */
  PowerCuts(Path folder, List<String> arguments) {
    this.folder = folder;
    this.arguments = arguments;
    this.start = folder.resolve("start");
    this.undisturbed = folder.resolve("undisturbed");
  }

  Path disk() {
    return folder.resolve("disk");
  }

  Path undisturbed() {
    return undisturbed;
  }

  List<DiskWrite> writes() {
    return writes;
  }

  /** Runs the command to its end, and records it. */
  PowerCuts record() throws IOException, InterruptedException {
    copy(disk(), start);
    Path recording = folder.resolve("recording");
    int exitCode =
        run(
            "-Djava.nio.file.spi.DefaultFileSystemProvider=" + RecordingProvider.class.getName(),
            "-D%s=%s".formatted(RecordingProvider.ROOT, disk()),
            "-D%s=%s".formatted(RecordingProvider.FILE, recording));
    if (exitCode != 0) {
      throw new IllegalStateException(
          "undisturbed: exit code %s, see %s".formatted(exitCode, log()));
    }
    copy(disk(), undisturbed);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(recording))) {
      writes = DiskWrite.read(in);
    }
    return this;
  }

  /** Runs the command, and gives its exit code. */
  int run(String... options) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    line.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    line.add("--add-modules=jdk.incubator.vector");
    for (String open : List.of("java.util", "java.lang", "java.nio")) {
      line.add("--add-opens=java.base/%s=ALL-UNNAMED".formatted(open));
    }
    line.addAll(List.of(options));
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.beamgrad.cli.Main"));
    line.addAll(arguments);
    return new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
        .start()
        .waitFor();
  }

  Path log() {
    return folder.resolve("log");
  }

  /** The disk before the command, and after its first writes. */
  ForgetfulDisk after(int count) throws IOException {
    return after(writes.subList(0, count));
  }

  ForgetfulDisk after(List<DiskWrite> done) throws IOException {
    ForgetfulDisk disk = new ForgetfulDisk(start, disk());
    done.forEach(disk::add);
    return disk;
  }

  /** Gives the disk what it may have after a cut. */
  void cut(int count, Random random) throws IOException {
    cut(writes.subList(0, count), random);
  }

  void cut(List<DiskWrite> done, Random random) throws IOException {
    ForgetfulDisk disk = after(done);
    disk.cut(random);
    Storage.delete(disk().toString());
    disk.writeTo(disk());
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}

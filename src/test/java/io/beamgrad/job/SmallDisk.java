package io.beamgrad.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file system in memory of a limited size, mounted on a folder; only root can have one. */
public final class SmallDisk implements AutoCloseable {
  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** Says so where there can be none. */
  public static Optional<SmallDisk> mount(Path folder, int kilobytes)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    String said = run("mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k", "beamgrad", folder);
    if (!said.isEmpty()) {
      System.out.println("SKIPPED: a disk that fills up; mount says: " + said.strip());
      return Optional.empty();
    }
    return Optional.of(new SmallDisk(folder));
  }

  public Path folder() {
    return folder;
  }

  public void resize(int kilobytes) throws IOException, InterruptedException {
    String said = run("mount", "-o", "remount,size=" + kilobytes + "k", folder);
    if (!said.isEmpty()) {
      throw new IOException(said);
    }
  }

  public void makeReadOnly() throws IOException, InterruptedException {
    String said = run("mount", "-o", "remount,ro", folder);
    if (!said.isEmpty()) {
      throw new IOException(said);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    String said = run("umount", folder);
    if (!said.isEmpty()) {
      throw new IOException(said);
    }
  }

  /** What the command complains of. */
  private static String run(Object... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder();
    for (Object word : command) {
      builder.command().add(word.toString());
    }
    try {
      Process process = builder.redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      int exitCode = process.waitFor();
      return exitCode == 0 ? "" : "exit code " + exitCode + ": " + said;
    } catch (IOException e) {
      return String.valueOf(e.getMessage()); // no such program on this system
    }
  }
}

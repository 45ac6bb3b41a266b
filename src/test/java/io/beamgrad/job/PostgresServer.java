package io.beamgrad.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A PostgreSQL of this machine, on a free port, in a folder of its own. */
final class PostgresServer implements AutoCloseable {
  static final String PASSWORD = "s3cret pass'word";

  private final Path programs;
  private final Path folder;
  private final int port;

  private PostgresServer(Path programs, Path folder, int port) {
    this.programs = programs;
    this.folder = folder;
    this.port = port;
  }

  /** The newest of Debian's programs; empty where there are none. */
  static Optional<Path> programs() throws IOException {
    Path all = Path.of("/usr/lib/postgresql");
    if (!Files.isDirectory(all)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(all)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(Path::compareTo);
    }
  }

  static PostgresServer start(Path programs) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("beamgrad-postgres");
    PostgresServer server = new PostgresServer(programs, folder, RemoteWork.freePort());
    Path password = Files.writeString(folder.resolve("password"), PASSWORD);
    if (isRoot()) {
      run(List.of("chown", "-R", "postgres", folder.toString())); // it refuses to be root's
    }
    server.asServer(
        "initdb",
        "-D",
        "data",
        "-U",
        "joe",
        "-A",
        "scram-sha-256",
        "--no-sync",
        "-E",
        "UTF8",
        "--pwfile",
        password.toString());
    server.asServer(
        "pg_ctl",
        "-D",
        "data",
        "-w",
        "-l",
        "log",
        "-o",
        "-h 127.0.0.1 -p %s -k %s -c fsync=off".formatted(server.port, folder),
        "start");
    return server;
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private void asServer(String program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("runuser", "-u", "postgres", "--"));
    }
    command.add(programs.resolve(program).toString());
    for (String argument : arguments) {
      boolean isFile = argument.equals("data") || argument.equals("log");
      command.add(isFile ? folder.resolve(argument).toString() : argument);
    }
    run(command);
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("beamgrad-postgres", ".log");
    Process process =
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException(command + ": " + Files.readString(output));
    }
    Files.delete(output);
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:%s/postgres".formatted(port);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    asServer("pg_ctl", "-D", "data", "-m", "immediate", "stop");
    run(List.of("rm", "-rf", folder.toString()));
  }
}

package io.beamgrad.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The identity of a process. Process ids are reused, so the start of the process is a part of it.
 *
 * @param host the machine's name, for people
 * @param machine tells where process ids mean the same: one boot of a machine and one namespace
 * @param started in ticks since boot, which no change of the clock moves
 */
record ProcessIdentity(String host, String machine, long pid, String started) {
  private static final Path PROC = Path.of("/proc");
  private static final int START_FIELD = 19; // of those after the name; proc(5) counts it as 22

  static ProcessIdentity current() {
    long pid = ProcessHandle.current().pid();
    return new ProcessIdentity(hostName(), machineName(), pid, startOf(pid));
  }

  /** True where the process can be looked for from here. */
  boolean isHere() {
    // Where processes of others are hidden, one that is not seen may be alive.
    boolean seesAll = !Files.exists(PROC.resolve("self")) || Files.exists(PROC.resolve("1/stat"));
    return seesAll && machine.equals(machineName());
  }

  /** True only where the process can be looked for, and has ended. */
  boolean isDead() {
    return isHere() && !startOf(pid).equals(started);
  }

  /** True only where the process can be looked for, and is there. */
  boolean isAlive() {
    return isHere() && startOf(pid).equals(started);
  }

  /** The start of a process; empty where there is none, or only a zombie. */
  private static String startOf(long pid) {
    if (!Files.exists(PROC.resolve("self/stat"))) {
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .flatMap(process -> process.info().startInstant())
          .map(Object::toString)
          .orElse("");
    }
    try {
      String stat = Files.readString(PROC.resolve(pid + "/stat"), UTF_8);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return fields[0].matches("[ZXx]") ? "" : fields[START_FIELD];
    } catch (IOException e) {
      return ""; // it has ended, maybe while it was looked at
    }
  }

  private static String hostName() {
    try {
      return Files.readString(PROC.resolve("sys/kernel/hostname"), UTF_8).strip();
    } catch (IOException e) {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException unknown) {
        return "unknown";
      }
    }
  }

  private static String machineName() {
    try {
      return Files.readString(PROC.resolve("sys/kernel/random/boot_id"), UTF_8).strip()
          + " "
          + Files.readSymbolicLink(PROC.resolve("self/ns/pid"));
    } catch (IOException e) {
      return hostName();
    }
  }

  @Override
  public String toString() {
    return "process %s on %s".formatted(pid, host);
  }
}

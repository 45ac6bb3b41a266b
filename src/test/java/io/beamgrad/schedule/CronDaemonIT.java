package io.beamgrad.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Debian's cron with {@code scripts/schedule/crontab}; its time is every minute, for one of which
 * this waits. The daemon sees folders of its own in place of the machine's crontabs, which takes
 * root.
 */
@Tag("full")
class CronDaemonIT {
  private static final String ISOLATED =
      """
      set -e
      mount -t tmpfs none /var/spool
      mount -t tmpfs none /run
      mount -t tmpfs none /etc/pam.d
      [ ! -d /etc/cron.d ] || mount -t tmpfs none /etc/cron.d
      [ ! -e /etc/crontab ] || mount --bind /dev/null /etc/crontab
      for kind in auth account session; do echo $kind sufficient pam_permit.so; done >/etc/pam.d/cron
      mkdir -p /var/spool/cron/crontabs
      install -m 600 "$1" /var/spool/cron/crontabs/root
      exec cron -f
      """;

  @TempDir Path folder;

  @Test
  void cronRunsTheLineAndItsLogIsWritten() throws Exception {
    String test = "scripts/schedule/crontab by a real cron";
    assumeTrue(ScheduleFile.has("cron", test) && ScheduleFile.has("unshare", test));
    boolean mayIsolate = ScheduleFile.run(List.of("unshare", "-m", "true")).exitCode() == 0;
    if (!mayIsolate) {
      System.out.printf("skipped: %s, as only root can give it crontabs of its own%n", test);
    }
    assumeTrue(mayIsolate);
    ScheduleFile file = new ScheduleFile(folder, "crontab");
    file.endWith("exit 11");
    Path crontab = folder.resolve("crontab");
    Files.writeString(crontab, file.text().replace("\n0 3 * * * ", "\n* * * * * "));
    Path log = folder.resolve("log");

    try (WatchService seen = folder.getFileSystem().newWatchService()) {
      folder.register(seen, StandardWatchEventKinds.ENTRY_CREATE);
      Process cron =
          new ProcessBuilder(
                  "unshare",
                  "-m",
                  "--propagation",
                  "private",
                  "sh",
                  "-c",
                  ISOLATED,
                  "sh",
                  crontab.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      try {
        // Cron's minute may have just begun.
        for (int minutes = 0; minutes < 2 && !Files.exists(folder.resolve("arguments")); ) {
          var key = seen.poll(1, TimeUnit.MINUTES);
          if (key == null) {
            minutes++;
          } else {
            key.pollEvents();
            key.reset();
          }
        }
      } finally {
        cron.destroy();
        cron.waitFor();
      }
    }
    assertEquals("", Files.readString(log));
    assertEquals(
        "retrain pipelines/digits-daily.yaml --registry %s/models".formatted(folder),
        file.arguments());
  }
}

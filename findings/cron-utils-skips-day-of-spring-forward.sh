#!/usr/bin/env bash
# cron-utils 9.2.1 (com.cronutils:cron-utils): a daily time that falls into the hour skipped by daylight
# saving is not moved but dropped, and with it that day's run.
#
# Expected: a daily schedule runs each day; java.time moves 02:30 of that day to 03:30, and cron
# daemons are known to run such jobs just after the change.
# Happens: nextExecution goes from the day before to the day after, 47 hours later. lastExecution agrees
# with it, so looking for a missed run finds none.
# Seen: 30 2 * * * (Unix) and 0 30 2 * * ? (Quartz) at the changes of 2025 in Berlin and New York.
# Matters: retraining is scheduled for the small hours. Once a year a daily model is not retrained, no error
# or missed run is to be seen, and what watches a model's age by the same expression is content too.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
 <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version><dependencies>
  <dependency><groupId>com.cronutils</groupId><artifactId>cron-utils</artifactId><version>9.2.1</version></dependency>
  <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
 </dependencies></project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile=cp >&2
cat > Daily.java <<'JAVA'
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.*;

public class Daily {
  static boolean skips(CronType type, String cron, LocalDate change, String zone) {
    ExecutionTime times = ExecutionTime.forCron(
        new CronParser(CronDefinitionBuilder.instanceDefinitionFor(type)).parse(cron));
    ZonedDateTime before = change.minusDays(1).atTime(2, 30).atZone(ZoneId.of(zone));
    ZonedDateTime next = times.nextExecution(before).get();
    ZonedDateTime last = times.lastExecution(next).get();
    System.out.println(type + " " + cron + ": after " + before + " comes " + next + ", "
        + Duration.between(before, next).toHours() + " hours later; the one before that is " + last
        + "; java.time: " + change.atTime(2, 30).atZone(ZoneId.of(zone)));
    return next.toLocalDate().equals(change.plusDays(1)) && last.equals(before);
  }

  public static void main(String[] args) {
    boolean so = true;
    LocalDate berlin = LocalDate.of(2025, 3, 30);
    LocalDate newYork = LocalDate.of(2025, 3, 9);
    so &= skips(CronType.UNIX, "30 2 * * *", berlin, "Europe/Berlin");
    so &= skips(CronType.QUARTZ, "0 30 2 * * ?", berlin, "Europe/Berlin");
    so &= skips(CronType.UNIX, "30 2 * * *", newYork, "America/New_York");
    System.out.println(so ? "seen: the day of the change has no run" : "no longer so");
    System.exit(so ? 0 : 1);
  }
}
JAVA
java -cp "$(cat cp)" Daily.java

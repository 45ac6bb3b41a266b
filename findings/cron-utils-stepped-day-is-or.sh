#!/usr/bin/env bash
# cron-utils 9.2.1 (com.cronutils:cron-utils), Unix crontabs: a day of month such as */2 beside a weekday is
# read as "or", where the cron of Debian and Vixie's, from which it comes, read "and".
#
# Expected: a crontab gives the same times as the daemon it is written for. Cron takes "either day" only where
# neither day field begins with a star; with one that does, as */2, both must fit (crontab(5), and the loop
# in cron.c, which looks at a flag of the star alone, steps or not).
# Happens: only a star by itself counts as no condition. 0 3 */2 * 1 comes on each odd day and on each Monday.
# Seen: the first runs after 28 November 2026, counted over four weeks, beside those of the rule of the daemon.
# Matters: the usual way to write "every other week's Monday" about right. A schedule of retraining that is
# moved from a crontab into a service that reads it by this library trains eight times as often; no
# message says so, and each of the runs is well.
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
cat > Stepped.java <<'JAVA'
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.*;
import java.util.*;

public class Stepped {
  public static void main(String[] args) {
    ExecutionTime times = ExecutionTime.forCron(
        new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse("0 3 */2 * 1"));
    ZonedDateTime from = LocalDate.of(2026, 11, 28).atTime(12, 0).atZone(ZoneOffset.UTC);
    Set<LocalDate> found = new TreeSet<>();
    for (ZonedDateTime at = times.nextExecution(from).get(); at.isBefore(from.plusWeeks(4));
        at = times.nextExecution(at).get()) {
      found.add(at.toLocalDate());
    }
    Set<LocalDate> both = new TreeSet<>();
    Set<LocalDate> either = new TreeSet<>();
    for (int i = 1; i <= 28; i++) {
      LocalDate day = from.toLocalDate().plusDays(i);
      boolean odd = day.getDayOfMonth() % 2 == 1;
      boolean monday = day.getDayOfWeek() == DayOfWeek.MONDAY;
      if (odd && monday) both.add(day);
      if (odd || monday) either.add(day);
    }
    either.removeIf(day -> !day.atTime(3, 0).atZone(ZoneOffset.UTC).isBefore(from.plusWeeks(4)));
    both.removeIf(day -> !day.atTime(3, 0).atZone(ZoneOffset.UTC).isBefore(from.plusWeeks(4)));
    System.out.println("cron-utils:       " + found.size() + " days " + found);
    System.out.println("the daemon's rule: " + both.size() + " days " + both);
    boolean so = found.equals(either) && !found.equals(both);
    System.out.println(so ? "seen: either day is enough" : "no longer so");
    System.exit(so ? 0 : 1);
  }
}
JAVA
java -cp "$(cat cp)" Stepped.java

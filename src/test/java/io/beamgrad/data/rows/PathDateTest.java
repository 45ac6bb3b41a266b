package io.beamgrad.data.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathDateTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 3);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "day=2026-11-03/part-2020-01-01.csv",
        "date=2026-11-03/a.csv",
        "event_date=20261103/a.csv",
        "ds=2026-11-03/a.csv",
        "dt=20261103/a.csv",
        "dt=2026-11-03T00/a.csv",
        "dt=2026-11-03/hour=07/a.csv",
        "dt=2026-11-03%2007%3A00%3A00/a.csv",
        "hour=2026110307/a.csv",
        "ts=20261103T073000Z/a.csv",
        "store=20200101/dt=20261103/a.csv",
        "snapshot=20261103/a.csv"
      })
  void aFolderThatIsNamedAfterATimeHasTheDay(String path) {
    assertEquals(Optional.of(DAY), PathDate.of(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "year=2026/month=11/day=3/a.csv",
        "year=2026/month=11/day=03/hour=7/20200101.csv",
        "sales/Year=2026/region=north/Month=11/Day=03/a.csv",
        "y=2026/m=11/d=3/a.csv",
        "yyyy=2026/mm=11/dd=03/a.csv",
        "month=2026-11/day=03/a.csv",
        "month=202611/day=03/a.csv",
        "year=2026/month=11/day=2026-11-03/a.csv"
      })
  void yearMonthAndDayAreFoldersOfTheirOwn(String path) {
    assertEquals(Optional.of(DAY), PathDate.of(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026/11/03/a.csv",
        "2026/11/3/a.csv",
        "sales/2026/11/03/07/a.csv",
        "2026/11/03.csv.gz",
        "2026-11/03/a.csv",
        "20261103/a.csv",
        "2026-11-03/a.csv",
        "2026_11_03/a.csv",
        "2026-11-03"
      })
  void aFolderMayBeADayAlone(String path) {
    assertEquals(Optional.of(DAY), PathDate.of(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "events_20261103.csv",
        "events20261103.csv.gz",
        "20261103T073000.csv",
        "20261399-20261103.csv",
        "part-0-20260101-4a5b-4c6d-8e7f-001122334455-20261103.csv",
        "customer_id=20200101/20261103.csv",
        "sales-2026-11-03.csv",
        "20200101/sales.2026.11.03.csv",
        "2026-02-30/2026-11-03.csv"
      })
  void theNameOfAFileHasTheDayThatIsOne(String path) {
    assertEquals(Optional.of(DAY), PathDate.of(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sales.csv",
        "20261399.csv",
        "id-20260230.csv",
        "120261103.csv",
        "2026110312.csv",
        "12026-11-03.csv",
        "id=20261103/a.csv",
        "customer_id=20261103/a.csv",
        "33331103.csv",
        "year=2026/month=11/a.csv",
        "month=11/day=03/a.csv",
        "year=2026/month=13/day=03/a.csv",
        "2026/13/03/a.csv",
        "2026/11/a.csv",
        "12026/11/03/a.csv",
        "day=__HIVE_DEFAULT_PARTITION__/a.csv",
        "20261103-4a5b-4c6d-8e7f-001122334455.csv"
      })
  void otherNumbersAreNoDays(String path) {
    assertEquals(Optional.empty(), PathDate.of(path));
  }
}

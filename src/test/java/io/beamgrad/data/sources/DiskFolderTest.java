package io.beamgrad.data.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.failure.WrongInputException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DiskFolderTest {
  @Test
  void aNameDoesNotDependOnHowTheFolderOrTheFileIsWritten() {
    Path data = Path.of("data");
    assertEquals("a.csv", new DiskFolder(data).normal("x/../a.csv"));
    assertEquals(
        "a.csv", new DiskFolder(Path.of("x/../data/")).normal(data.toAbsolutePath() + "/a.csv"));
    assertEquals("a.csv", new DiskFolder(data.toAbsolutePath()).normal("./a.csv"));
  }

  @Test
  void aFileOutsideTheFolderIsRefused() {
    DataFolder folder = DataFolder.of("data");
    var e = assertThrows(WrongInputException.class, () -> folder.normal("../other/a.csv"));
    assertEquals("data/../other/a.csv does not lie below the data folder data", e.getMessage());
  }
}

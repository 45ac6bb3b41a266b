package io.beamgrad.data.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.sources.DataFolder;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConstantColumnsTest {
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("x", ColumnType.FLOATS, List.of()),
          Columns.feature("exported_at", ColumnType.STRINGS, List.of()),
          Columns.target("y", ColumnType.STRINGS, List.of()));

  @TempDir Path folder;

  private List<String> constant(String... files) throws IOException, InterruptedException {
    for (int i = 0; i < files.length; i++) {
      Files.writeString(folder.resolve(i + ".csv"), "y,x,exported_at\n" + files[i]);
    }
    DataPaths paths =
        new DataPaths(
            DataFolder.of(folder.toString()),
            List.of("*.csv"),
            List.of(),
            List.of(),
            null,
            CsvStyle.DEFAULT);
    return ConstantColumns.of(SourceFiles.table(paths, COLUMNS).ranges(), COLUMNS);
  }

  @Test
  void aStampThatDiffersByFileAloneIsConstant() throws IOException, InterruptedException {
    assertEquals(
        List.of("exported_at"), constant("a,1,mon\nb,2,mon\n", "a,1,tue\na,2,tue\nb,1,tue\n"));
  }

  @Test
  void whatVariesInOneFileIsNotAndFilesOfOneRowSayNothing()
      throws IOException, InterruptedException {
    assertEquals(List.of(), constant("a,1,mon\nb,2,mon\n", "a,1,tue\na,1,wed\n"));
    assertEquals(List.of("x"), constant("a,1.0,mon\nb,1,tue\n", "b,2,tue\n"));
    assertEquals(List.of(), constant("a,1,mon\n", "b,2,tue\n"));
  }
}

package io.beamgrad.rundir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.sources.SourceFile;
import io.beamgrad.schema.HashChain;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.Split;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunChainTest {
  private static final List<SourceFile> FILES =
      List.of(file(Split.TEST, "t.csv", 7, 1), file(Split.TRAIN, "a.csv", 5, 1));

  private static SourceFile file(Split split, String name, long bytes, long modified) {
    return new SourceFile(split, name, bytes, bytes, modified, null);
  }

  private static Outcome outcome(String data, String encodings, String... weights) {
    return Outcome.newBuilder()
        .setModel("m")
        .setStatus(OutcomeStatus.SUCCEEDED)
        .setMessage("")
        .setRead(1)
        .setTrained(1)
        .setValidated(0)
        .setTested(0)
        .setRejected(0)
        .setWeightsSha256(weights[weights.length - 1])
        .setDataChecksum(data)
        .setEncodingsSha256(encodings)
        .setEpochsSha256(List.of(weights))
        .build();
  }

  /** As schemas/README.md says it. */
  @Test
  void eachLinkIsOverTheOneBeforeAndOneHash() {
    HashChain chain = RunChain.of(FILES, outcome("data", "enc", "w0", "w1", "w2"));
    String files =
        Sha256.hex(
            "beamgrad run chain 1\nfiles %s\n"
                .formatted(Sha256.hex("TRAIN 5 a.csv\nTEST 7 t.csv\n")));
    assertEquals(files, chain.getFiles());
    assertEquals(Sha256.hex(files + "\nrows data\n"), chain.getRows());
    assertEquals(Sha256.hex(chain.getRows() + "\nencodings enc\n"), chain.getEncodings());
    assertEquals(Sha256.hex(chain.getEncodings() + "\nweights 0 w0\n"), chain.getInitialWeights());
    assertEquals(2, chain.getEpochs().size());
    assertEquals(
        Sha256.hex(chain.getInitialWeights() + "\nweights 1 w1\n"), chain.getEpochs().get(0));
    assertEquals(
        Sha256.hex(chain.getEpochs().get(0) + "\nweights 2 w2\n"), chain.getEpochs().get(1));
  }

  @Test
  void whereFilesLieAndWhenTheyWereChangedDoesNotCount() {
    Outcome outcome = outcome("data", "enc", "w0");
    List<SourceFile> copied =
        List.of(file(Split.TRAIN, "a.csv", 5, 9), file(Split.TEST, "t.csv", 7, 8));
    assertEquals(RunChain.of(FILES, outcome), RunChain.of(copied, outcome));
  }

  @Test
  void anOutcomeWithoutHashesOfEpochsHasNoChain() {
    Outcome before =
        Outcome.newBuilder(outcome("data", "enc", "w")).setEpochsSha256(List.of()).build();
    assertNull(RunChain.of(FILES, before));
  }

  @Test
  void aDifferenceShowsInAllLinksFromThereOn() {
    HashChain chain = RunChain.of(FILES, outcome("data", "enc", "w0", "w1", "w2"));
    HashChain other = RunChain.of(FILES, outcome("data", "enc", "w0", "x", "w2"));
    assertEquals(chain.getInitialWeights(), other.getInitialWeights());
    assertNotEquals(chain.getEpochs().get(0), other.getEpochs().get(0));
    assertNotEquals(chain.getEpochs().get(1), other.getEpochs().get(1));
  }
}

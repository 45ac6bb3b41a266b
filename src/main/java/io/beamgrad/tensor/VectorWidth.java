package io.beamgrad.tensor;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * How many floats the kernels take at once. The bits do not depend on it. One JVM uses one width:
 * C2 compiles vectors badly once it has seen two.
 */
final class VectorWidth {

  private static final Path CPUS = Path.of("/proc/cpuinfo");

  private VectorWidth() {}

  /**
   * The widest vectors that the CPU computes in one go: at most 16 floats. AMD's Zen 4 has the
   * instructions of AVX-512 on units of half that width, where half vectors are as fast in wide
   * tiles, and a third faster in narrow ones, which then have twice the chains. The system property
   * {@code beamgrad.vectorBits}, of 128, 256 or 512, overrules that.
   */
  static VectorSpecies<Float> choose() {
    Integer bits = Integer.getInteger("beamgrad.vectorBits");
    if (bits != null) {
      return VectorSpecies.of(float.class, VectorShape.forBitSize(bits));
    }
    VectorSpecies<Float> preferred = FloatVector.SPECIES_PREFERRED;
    if (preferred.length() < Kernels.SUM_LANES) {
      return preferred;
    }
    return isZen4() ? FloatVector.SPECIES_256 : FloatVector.SPECIES_512;
  }

  private static boolean isZen4() {
    try (BufferedReader lines = Files.newBufferedReader(CPUS)) {
      return isZen4(lines);
    } catch (IOException e) {
      return false; // not Linux: nothing is known of the CPU
    }
  }

  /** Family 25 is Zen 3, which has no AVX-512, and Zen 4. */
  static boolean isZen4(BufferedReader cpus) throws IOException {
    String vendor = "";
    for (String line = cpus.readLine(); line != null; line = cpus.readLine()) {
      if (line.startsWith("vendor_id")) {
        vendor = line;
      } else if (line.startsWith("cpu family")) {
        return vendor.endsWith("AuthenticAMD") && line.endsWith(" 25");
      }
    }
    return false;
  }
}

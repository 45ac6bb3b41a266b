package io.beamgrad.tensor;

/**
 * Which {@link Kernels} this JVM uses: vectorised ones where it was started with {@code
 * --add-modules=jdk.incubator.vector}, plain ones where not. The bits are the same.
 */
final class KernelChoice {

  private static final Kernels PLAIN = new PlainKernels();
  private static final Kernels CHOSEN = choose();

  private KernelChoice() {}

  static Kernels current() {
    return CHOSEN;
  }

  static Kernels plain() {
    return PLAIN;
  }

  private static Kernels choose() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return PLAIN;
    }
    try {
      return Class.forName("io.beamgrad.tensor.VectorKernels")
          .asSubclass(Kernels.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      return PLAIN; // another incubator's API than the one compiled against
    }
  }
}

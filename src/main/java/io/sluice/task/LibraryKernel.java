package io.sluice.task;

/// A kernel that both a runtime and its worker processes know by name; made by [KernelLibrary#kernel].
///
/// **Threads.** Safe to share.
public final class LibraryKernel implements Kernel {
  private static final int UNKNOWN = -1;

  private final Class<? extends KernelLibrary> library;
  private final String name;

  /// Found when first asked for, by whichever thread; each finds the same.
  private int number = UNKNOWN;

  LibraryKernel(Class<? extends KernelLibrary> library, String name) {
    this.name = Names.checked("a kernel", name);
    TaskGate.checkGiven(this.name, "library", library);
    this.library = library;
  }

  /// The class that holds it.
  public Class<? extends KernelLibrary> library() {
    return library;
  }

  /// Its name there.
  public String name() {
    return name;
  }

  /// Its place among the library's kernels.
  ///
  /// @throws io.sluice.error.InvalidTaskException if the library can't be loaded, or does not hold it
  public int number() {
    int known = number;
    if (known == UNKNOWN) {
      known = KernelDirectory.of(library).numberOf(name);
      number = known;
    }
    return known;
  }

  @Override
  public void run(KernelContext context) throws Exception {
    KernelDirectory.of(library).kernel(number()).run(context);
  }

  @Override
  public String toString() {
    return "kernel '" + name + "' of " + library.getName();
  }
}

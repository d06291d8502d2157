package io.sluice.cli;

import io.sluice.Sluice;
import io.sluice.SluiceBuilder;
import io.sluice.config.DataSize;
import picocli.CommandLine.Option;

/// The options of commands that make a runtime.
final class RuntimeOptions {
  static final String POOL = "cpu";

  @Option(
      names = "--kernels",
      required = true,
      paramLabel = "CLASS",
      description = {
        "The class of the kernels, which implements io.sluice.task.KernelLibrary.",
        "The jar or directory that has it goes into the variable CLASSPATH."
      })
  private String kernels = "";

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "256MiB",
      converter = DataSizes.class,
      description = "Bytes of the heap, such as 64MiB; ${DEFAULT-VALUE} by default.")
  private DataSize heap = DataSize.mebibytes(256);

  @Option(
      names = "--workers",
      paramLabel = "COUNT",
      description = "Workers, 1 to 4096; as many as processors by default.")
  private int workers = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--processes",
      description = "Run kernels in worker processes, so that a crash fails one task.")
  private boolean processes;

  Kernels kernels() {
    return Kernels.load(kernels);
  }

  /// A runtime of these options; close it.
  Sluice build(Kernels library) {
    SluiceBuilder builder = Sluice.builder().heap(heap);
    return processes
        ? builder.processes(POOL, workers, library.type()).build()
        : builder.threads(POOL, workers).build();
  }
}

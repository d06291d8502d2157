package io.sluice.worker.process;

import io.sluice.config.ProcessOptions;
import io.sluice.config.WakeUp;
import io.sluice.task.KernelDirectory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Starts child JVMs.
///
/// They start fast and leave no files: the serial collector, no performance data in the directory for
/// temporary files, no core dump, and a crash report on the error stream. An error for want of memory ends
/// them, because what else it broke can't be known.
///
/// They print in UTF-8, as it is read, whatever the locale.
///
/// Their counted loops come to a safepoint now and then, as they do with the collector that is the usual one of a
/// parent. Else one that takes long would hold up the thread that shows that a child lives, and interrupts.
///
/// Options that the environment holds for any JVM are this process's: they might ask for another collector, or
/// for more heap than a child has.
final class Launcher {
  private static final List<String> OWN_OPTIONS =
      List.of(
          "-Xshare:auto",
          "-Dstdout.encoding=UTF-8",
          "-Dstderr.encoding=UTF-8",
          "-XX:+UseCountedLoopSafepoints",
          "-XX:LoopStripMiningIter=1000",
          "-XX:-UsePerfData",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:-CreateCoredumpOnCrash",
          "-XX:+ErrorFileToStderr");

  private static final List<String> OPTION_VARIABLES =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  private final ProcessOptions options;
  private final KernelDirectory kernels;
  private final ChildArguments.Regions regions;
  private final WakeUp wakeUp;

  Launcher(
      ProcessOptions options,
      KernelDirectory kernels,
      ChildArguments.Regions regions,
      WakeUp wakeUp) {
    this.options = options;
    this.kernels = kernels;
    this.regions = regions;
    this.wakeUp = wakeUp;
  }

  /// @throws IOException if there is no such program or directory, or no process to be had
  Process start(String worker, Mailbox mailbox) throws IOException {
    ChildArguments arguments =
        new ChildArguments(
            ProcessHandle.current().pid(),
            regions,
            mailbox.descriptor(),
            mailbox.byteSize(),
            worker,
            kernels.library().getName(),
            wakeUp);
    ProcessBuilder builder = new ProcessBuilder(command(arguments));
    OPTION_VARIABLES.forEach(builder.environment()::remove);
    builder.environment().putAll(options.environment());
    Path directory = options.workingDirectory();
    if (directory != null) {
      builder.directory(directory.toFile());
    }
    return builder.start();
  }

  private List<String> command(ChildArguments arguments) {
    List<String> command = new ArrayList<>();
    if (options.niceness() > 0) {
      command.addAll(List.of("nice", "-n", Integer.toString(options.niceness())));
    }
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(OWN_OPTIONS);
    if (options.jvmOptions().stream().noneMatch(option -> option.matches("-XX:\\+Use\\w+GC"))) {
      command.add("-XX:+UseSerialGC");
    }
    command.add("-Xmx" + options.heap().bytes());
    if (SystemCalls.isSupported()) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(options.jvmOptions());
    command.addAll(List.of("-cp", classPath(), ChildMain.class.getName()));
    command.addAll(arguments.toList());
    return command;
  }

  /// Absolute, because the children may start elsewhere.
  private String classPath() {
    String given = options.classPath();
    String path = given == null ? System.getProperty("java.class.path", "") : given;
    return Stream.of(path.split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}

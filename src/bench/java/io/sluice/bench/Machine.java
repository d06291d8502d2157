package io.sluice.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/// Where the figures come from.
final class Machine {

  private Machine() {}

  static String describe(BenchOptions options) {
    return "%s; %s; %s; %d round(s)"
        .formatted(hardware(), system(), javaRuntime(options), options.rounds());
  }

  static String hardware() {
    return String.format(
        Locale.ROOT,
        "%d processors (%s), %.1f GiB",
        Runtime.getRuntime().availableProcessors(),
        processor(),
        memoryBytes() / (double) (1 << 30));
  }

  static String system() {
    return System.getProperty("os.name") + " " + System.getProperty("os.version");
  }

  static String javaRuntime(BenchOptions options) {
    return "JDK %s, %s collector, %s"
        .formatted(Runtime.version(), options.collector(), BenchOptions.JAVA_HEAP);
  }

  private static long memoryBytes() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getTotalMemorySize();
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElse(System.getProperty("os.arch"));
    } catch (IOException notLinux) {
      return System.getProperty("os.arch");
    }
  }
}

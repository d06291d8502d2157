package io.sluice.bench;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Where the figures come from.
final class Machine {

  private Machine() {}

  static String describe(BenchOptions options) {
    return "%d processors (%s), %s %s, JDK %s, %s collector, -Xmx1g, %d round(s)"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            processor(),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            Runtime.version(),
            options.collector(),
            options.rounds());
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElse(System.getProperty("os.arch"));
    } catch (java.io.IOException notLinux) {
      return System.getProperty("os.arch");
    }
  }

  /// The load of the last minute; other work on the machine shows in it.
  static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }
}

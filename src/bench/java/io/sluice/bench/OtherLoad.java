package io.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// How many processors were busy with something else than what is measured.
///
/// All busy time of the machine, without that of this process and of the children it has waited for. Linux
/// only; elsewhere it is not a number.
final class OtherLoad {
  private static final Path MACHINE = Path.of("/proc/stat");
  private static final Path SELF = Path.of("/proc/self/stat");

  /// In both files times have this unit: a hundredth of a second.
  private static final double TICKS_PER_S = 100;

  private final long startNs = System.nanoTime();
  private final double startTicks = otherTicks();

  /// In processors, since this was made.
  double processors() {
    double seconds = (System.nanoTime() - startNs) / 1e9;
    return Math.max(0, (otherTicks() - startTicks) / TICKS_PER_S / seconds);
  }

  private static double otherTicks() {
    try {
      return busyTicks(Files.readAllLines(MACHINE)) - ownTicks(Files.readString(SELF));
    } catch (IOException notLinux) {
      return Double.NaN;
    }
  }

  /// Of the first line, `cpu user nice system idle iowait irq softirq steal ...`, without idle and iowait.
  static long busyTicks(List<String> lines) {
    String[] fields = lines.getFirst().trim().split(" +");
    long sum = 0;
    for (int i = 1; i < fields.length && i <= 8; i++) {
      sum += i == 4 || i == 5 ? 0 : Long.parseLong(fields[i]);
    }
    return sum;
  }

  /// `utime stime cutime cstime`, the 14th to 17th field; the name before them may have spaces.
  static long ownTicks(String line) {
    String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[11])
        + Long.parseLong(fields[12])
        + Long.parseLong(fields[13])
        + Long.parseLong(fields[14]);
  }
}

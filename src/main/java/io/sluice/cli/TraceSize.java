package io.sluice.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How many events a trace keeps, so that it fits into the JVM's memory beside the run.
///
/// @param maxMemoryBytes all that the JVM may take
record TraceSize(long maxMemoryBytes) {
  static final int MOST = 1 << 22;

  /// With the tasks that a trace is made of, which take more than the events themselves.
  private static final long EVENT_BYTES = 400;

  /// Where fewer are wanted than fit, the tasks alone may take more.
  private static final long LEAST_EVENT_BYTES = 150;

  static TraceSize ofThisProcess() {
    return new TraceSize(Runtime.getRuntime().maxMemory());
  }

  /// As many as fit into half of the memory, where nobody says how many.
  ///
  /// @throws BadInput for more than there is memory for
  int events(@Nullable Integer wanted) {
    if (wanted == null) {
      return Math.clamp(maxMemoryBytes / 2 / EVENT_BYTES, 1, MOST);
    }
    if (wanted > maxMemoryBytes / LEAST_EVENT_BYTES) {
      throw new BadInput(
          String.format(
              Locale.ROOT,
              "--events %d take some %,d MiB, and the JVM has %,d; give less, or set the variable"
                  + " JAVA_OPTS to -Xmx and more",
              wanted,
              (wanted * EVENT_BYTES) >> 20,
              maxMemoryBytes >> 20));
    }
    return wanted;
  }
}

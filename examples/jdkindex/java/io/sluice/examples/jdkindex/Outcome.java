package io.sluice.examples.jdkindex;

import io.sluice.DrainReport;
import java.util.Locale;

/// What the job came to.
record Outcome(Index index, DrainReport drain) {
  private static final int LINES = 10;

  static Outcome of(Index index, DrainReport drain) {
    return new Outcome(index, drain);
  }

  String json() {
    return String.format(
        Locale.ROOT,
        "{\"files\":%d,\"classes\":%d,\"references\":%d,\"checksum\":\"%s\",\"tasks\":%d,"
            + "\"peakHeapBytes\":%d,\"bytesThrough\":%d,\"elapsedMs\":%d}",
        index.fileCount(),
        index.classCount(),
        index.referenceCount(),
        index.checksum(),
        drain.taskCount(),
        drain.peakHeapBytes(),
        drain.claimedBytes(),
        drain.elapsed().toMillis());
  }

  /// For people.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("referred to by    in all  class\n");
    for (Index.Line line : index.top(LINES)) {
      text.append(
          String.format(
              Locale.ROOT,
              "%,14d %,9d  %s%n",
              line.classes(),
              line.references(),
              line.className().replace('/', '.')));
    }
    return text.append(
            String.format(
                Locale.ROOT,
                """

                index    %,d class files refer to %,d classes, %,d times; checksum %s
                drained  %,d tasks in %.1f s; %,.0f MiB went through %.1f MiB of heap
                """,
                index.fileCount(),
                index.classCount(),
                index.referenceCount(),
                index.checksum(),
                drain.taskCount(),
                drain.elapsed().toMillis() / 1e3,
                mebibytes(drain.claimedBytes()),
                mebibytes(drain.peakHeapBytes())))
        .toString();
  }

  private static double mebibytes(long bytes) {
    return bytes / (double) (1 << 20);
  }
}

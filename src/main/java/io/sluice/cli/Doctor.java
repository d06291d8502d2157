package io.sluice.cli;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;

/// Looks at what a runtime needs: JDK, shared memory, futex, limits; and runs a task in a worker process.
///
/// @param shared where the shared-memory file system is
/// @param limits the process's limits, as Linux writes them
record Doctor(Path shared, Path limits) {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final long LITTLE_BYTES = 256L << 20;
  private static final long FEW_FILES = 1_024;
  private static final int JDK = 25;

  static Doctor ofThisMachine() {
    return new Doctor(Path.of("/dev/shm"), Path.of("/proc/self/limits"));
  }

  List<Finding> examine() {
    return List.of(
        jdk(Runtime.version().feature()),
        processors(),
        memory(),
        sharedMemory(),
        openFiles(),
        nativeAccess(),
        workerProcess());
  }

  static Finding jdk(int feature) {
    String detail = "Java " + Runtime.version() + " in " + System.getProperty("java.home");
    return feature == JDK
        ? Finding.ok("jdk", detail)
        : Finding.fail(
            "jdk",
            detail,
            "install a JDK 25, such as the package temurin-25-jdk, or set JAVA_HOME");
  }

  private static Finding processors() {
    int count = Runtime.getRuntime().availableProcessors();
    return count > 1
        ? Finding.ok("processors", Integer.toString(count))
        : Finding.warn(
            "processors", "1", "workers don't spin on one; a hand-over costs a wake-up each");
  }

  private static Finding memory() {
    return Finding.ok("java heap", text(Runtime.getRuntime().maxMemory()) + " at most (-Xmx)");
  }

  private Finding sharedMemory() {
    if (!Files.isDirectory(shared)) {
      return Finding.warn(
          "shared memory",
          "there is no " + shared,
          "heaps are mapped temporary files; see docs/operating.md");
    }
    try {
      FileStore store = Files.getFileStore(shared);
      return sharedMemory(store.getUsableSpace(), store.getTotalSpace());
    } catch (IOException failure) {
      return Finding.fail(
          "shared memory", shared + ": " + failure.getMessage(), "make it readable for this user");
    }
  }

  private Finding sharedMemory(long freeBytes, long totalBytes) {
    String detail = "%s: %s of %s free".formatted(shared, text(freeBytes), text(totalBytes));
    return freeBytes >= LITTLE_BYTES
        ? Finding.ok("shared memory", detail)
        : Finding.warn(
            "shared memory",
            detail,
            "a heap needs its whole size there: in a container give more, as in --shm-size=2g");
  }

  private Finding openFiles() {
    try {
      String line =
          Files.readAllLines(limits).stream()
              .filter(each -> each.startsWith("Max open files"))
              .findFirst()
              .orElse("");
      return openFiles(line.isEmpty() ? "unknown" : firstWord(line.substring(14).strip()));
    } catch (IOException unknown) {
      return Finding.ok("open files", "unknown on this system");
    }
  }

  private static String firstWord(String text) {
    int blank = text.indexOf(' ');
    return blank < 0 ? text : text.substring(0, blank);
  }

  private static Finding openFiles(String limit) {
    boolean few = limit.matches("\\d{1,9}") && Long.parseLong(limit) < FEW_FILES;
    return few
        ? Finding.warn(
            "open files", limit, "a worker process takes some; raise it, as in ulimit -n 4096")
        : Finding.ok("open files", limit);
  }

  private static Finding nativeAccess() {
    return Doctor.class.getModule().isNativeAccessEnabled()
        ? Finding.ok("native access", "enabled: worker processes are woken by futex")
        : Finding.warn(
            "native access",
            "not enabled",
            "start java with --enable-native-access=ALL-UNNAMED for pools of processes");
  }

  /// All of it at once: maps a heap, starts a process, wakes it, and reads what it wrote.
  private static Finding workerProcess() {
    long started = System.nanoTime();
    try (Sluice sluice =
        Sluice.builder()
            .heap(DataSize.mebibytes(1))
            .processes("doctor", 1, DoctorKernels.class, UnaryOperator.identity())
            .build()) {
      Tensor tensor = Tensor.of(DType.INT32, 256);
      Integer last =
          sluice
              .submit(
                  Flux.just(
                      Task.call("count", DoctorKernels.COUNT)
                          .out(tensor)
                          .yields(tensor)
                          .on("doctor")),
                  result -> result.view(tensor).getInt(255))
              .blockLast(BOUND);
      long ms = (System.nanoTime() - started) / 1_000_000;
      return last != null && last == 255
          ? Finding.ok("worker process", "ran a task, start included in " + ms + " ms")
          : Finding.fail("worker process", "its result is " + last, "report this as a bug");
    } catch (RuntimeException failure) {
      return Finding.fail(
          "worker process",
          Failures.text(failure),
          "use pools of threads, or see docs/operating.md");
    }
  }

  private static String text(long bytes) {
    return String.format(Locale.ROOT, "%,d MiB", bytes >> 20);
  }
}

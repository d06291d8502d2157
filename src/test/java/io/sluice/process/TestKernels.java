package io.sluice.process;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.sluice.task.Kernel;
import io.sluice.task.KernelContext;
import io.sluice.task.KernelLibrary;
import io.sluice.task.LibraryKernel;
import io.sluice.task.TensorView;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Kernels for worker processes; each also runs on a thread, if it is not meant to end its process.
public final class TestKernels implements KernelLibrary {
  public static final LibraryKernel NOTHING = kernel("nothing");
  public static final LibraryKernel FILL = kernel("fill");
  public static final LibraryKernel ADD = kernel("add");
  public static final LibraryKernel COPY = kernel("copy");
  public static final LibraryKernel PID = kernel("pid");
  public static final LibraryKernel DESCRIBE = kernel("describe");
  public static final LibraryKernel ROWS = kernel("rows");
  public static final LibraryKernel FAIL = kernel("fail");
  public static final LibraryKernel FAIL_ONCE = kernel("failOnce");
  public static final LibraryKernel EXIT = kernel("exit");
  public static final LibraryKernel FAIL_FIRST = kernel("failFirst");
  public static final LibraryKernel EXIT_FIRST = kernel("exitFirst");
  public static final LibraryKernel EXIT_ONCE = kernel("exitOnce");
  public static final LibraryKernel LAST_WORDS = kernel("lastWords");
  public static final LibraryKernel HANG = kernel("hang");
  public static final LibraryKernel COUNT = kernel("count");
  public static final LibraryKernel WAIT = kernel("wait");
  public static final LibraryKernel PRINT = kernel("print");
  public static final LibraryKernel SIGNAL = kernel("signal");
  public static final LibraryKernel EXHAUST = kernel("exhaust");
  public static final LibraryKernel AWAIT = kernel("await");
  public static final LibraryKernel SURROUNDINGS = kernel("surroundings");
  public static final LibraryKernel MAPPED = kernel("mapped");
  public static final LibraryKernel TRACE = kernel("trace");

  /// The place of the niceness in `/proc/self/stat`; a JVM's name has no blank.
  private static final int NICENESS = 18;

  private static LibraryKernel kernel(String name) {
    return KernelLibrary.kernel(TestKernels.class, name);
  }

  @Override
  public Map<String, Kernel> kernels() {
    return Map.ofEntries(
        Map.entry("nothing", context -> {}),
        Map.entry("fill", TestKernels::fill),
        Map.entry("add", TestKernels::add),
        Map.entry("copy", context -> context.tensor(1).copyFrom(context.tensor(0))),
        Map.entry("pid", context -> context.tensor(0).setLong(0, ProcessHandle.current().pid())),
        Map.entry("describe", TestKernels::describe),
        Map.entry("rows", TestKernels::rows),
        Map.entry("fail", TestKernels::fail),
        Map.entry("failOnce", TestKernels::failOnce),
        Map.entry("exit", context -> Runtime.getRuntime().exit((int) context.scalarLong(0))),
        Map.entry("failFirst", TestKernels::failFirst),
        Map.entry("exitFirst", TestKernels::exitFirst),
        Map.entry("exitOnce", TestKernels::exitOnce),
        Map.entry("lastWords", context -> printLastWords()),
        Map.entry("hang", TestKernels::hang),
        Map.entry("count", context -> count()),
        Map.entry("wait", TestKernels::waitUntilCancelled),
        Map.entry("print", TestKernels::print),
        Map.entry("signal", TestKernels::signal),
        Map.entry("exhaust", context -> exhaust()),
        Map.entry("await", context -> awaitInterrupt()),
        Map.entry("surroundings", context -> tellSurroundings()),
        Map.entry("mapped", context -> context.tensor(0).setLong(0, mappedRegions())),
        Map.entry("trace", TestKernels::trace));
  }

  /// The trace that the task belongs to, letter by letter, then zeros.
  private static void trace(KernelContext context) {
    String trace = context.contextView().getOrDefault(KernelContext.TRACE_PARENT, "");
    for (int i = 0; i < context.tensor(0).elementCount(); i++) {
      context.tensor(0).setInt(i, i < trace.length() ? trace.charAt(i) : 0);
    }
  }

  /// Each element becomes its index plus the scalar.
  private static void fill(KernelContext context) {
    TensorView out = context.tensor(0);
    long base = context.scalarLong(0);
    for (long i = 0; i < out.elementCount(); i++) {
      out.setLong(i, base + i);
    }
  }

  private static void add(KernelContext context) {
    TensorView out = context.tensor(context.tensorCount() - 1);
    for (long i = 0; i < out.elementCount(); i++) {
      long sum = 0;
      for (int t = 0; t < context.tensorCount() - 1; t++) {
        sum += context.tensor(t).getLong(i);
      }
      out.setLong(i, sum);
    }
  }

  /// Member, count, attempt, sequence, tensors, scalars, and whether the names are there.
  private static void describe(KernelContext context) {
    TensorView out = context.tensor(0);
    out.setLong(0, context.memberIndex());
    out.setLong(1, context.memberCount());
    out.setLong(2, context.attempt());
    out.setLong(3, context.taskId().sequence());
    out.setLong(4, context.tensorCount());
    out.setLong(5, context.scalarCount());
    out.setLong(6, context.taskName().length());
    out.setLong(7, context.workerName().length());
  }

  private static void rows(KernelContext context) {
    context.setRows(0, context.scalarLong(0));
  }

  private static void fail(KernelContext context) throws IOException {
    throw new IOException("boom", new IllegalStateException("because"));
  }

  private static void failOnce(KernelContext context) throws IOException {
    if (context.attempt() == 1) {
      throw new IOException("the first time");
    }
  }

  /// The first member of a group throws, the others wait until they are told.
  private static void failFirst(KernelContext context) throws IOException {
    if (context.memberIndex() == 0) {
      throw new IOException("the first member");
    }
    waitUntilCancelled(context);
  }

  private static void exitFirst(KernelContext context) {
    if (context.memberIndex() == 0) {
      Runtime.getRuntime().halt(8);
    }
    waitUntilCancelled(context);
  }

  private static void exitOnce(KernelContext context) {
    if (context.attempt() == 1) {
      System.out.println("about to exit");
      System.out.flush();
      Runtime.getRuntime().halt(7);
    }
    context.tensor(0).setLong(0, 42);
  }

  private static void printLastWords() {
    System.out.println("\u00fcml\u00e4ut");
    System.err.println("\u20ac");
    Runtime.getRuntime().halt(7);
  }

  private static void hang(KernelContext context) {
    while (!Thread.currentThread().isVirtual()) {
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
    }
  }

  /// Runs for long without a safepoint, if the child's JVM was told to leave them out of counted loops, and to
  /// compile at once. It leaves a file where the child was started.
  private static void count() throws IOException {
    double sum = 0;
    for (int call = 0; call < 20_000; call++) {
      sum += root(100);
    }
    Files.createFile(Path.of("counting-" + ProcessHandle.current().pid()));
    sum += root(Integer.MAX_VALUE);
    if (sum < 0) {
      throw new IllegalStateException("a root is negative");
    }
  }

  private static double root(int times) {
    double root = 1;
    for (int i = 0; i < times; i++) {
      root = Math.sqrt(root + i) + Math.sqrt(root);
    }
    return root;
  }

  private static void waitUntilCancelled(KernelContext context) {
    while (!context.isCancelled() && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  private static void awaitInterrupt() throws InterruptedException {
    if (!new CountDownLatch(1).await(1, TimeUnit.HOURS)) {
      throw new IllegalStateException("nobody interrupted it");
    }
  }

  /// What it was started with, as a message.
  private static void tellSurroundings() throws IOException {
    String[] stat = Files.readString(Path.of("/proc/self/stat")).split(" ", -1);
    throw new IllegalStateException(
        String.join(
            "; ",
            "variable " + System.getenv("SLUICE_TEST"),
            "inherited " + System.getenv("PATH"),
            "property " + System.getProperty("sluice.test"),
            "directory " + Path.of("").toAbsolutePath(),
            "niceness " + stat[NICENESS],
            "safepoints " + option("UseCountedLoopSafepoints"),
            "heap " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB",
            "last place for classes " + lastPlace(System.getProperty("java.class.path"))));
  }

  /// All of it may be longer than a message.
  private static String lastPlace(String classPath) {
    return classPath.substring(classPath.lastIndexOf(File.pathSeparatorChar) + 1);
  }

  private static String option(String name) {
    return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .getVMOption(name)
        .getValue();
  }

  private static long mappedRegions() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains("/sluice-")).count();
    }
  }

  private static void print(KernelContext context) {
    for (long i = 0; i < context.scalarLong(0); i++) {
      System.out.println("line " + i + " of many, and long enough to fill a pipe soon");
      System.err.println("error " + i);
    }
  }

  private static void exhaust() {
    List<long[]> kept = new ArrayList<>();
    while (kept.size() < Integer.MAX_VALUE) {
      kept.add(new long[1 << 17]);
    }
  }

  /// Sends itself a signal, and waits for what comes of it.
  private static void signal(KernelContext context) throws IOException {
    Process kill =
        new ProcessBuilder(
                "kill", "-" + context.scalarLong(0), Long.toString(ProcessHandle.current().pid()))
            .start();
    kill.getOutputStream().close();
    hang(context);
  }
}

package io.sluice.worker.process;

import io.sluice.memory.SharedRegion;
import io.sluice.task.Kernel;
import io.sluice.task.KernelContext;
import io.sluice.task.KernelLibrary;
import io.sluice.task.LibraryKernel;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Kernels that do their work, but for some that do mischief at their first attempt.
public final class ChaosKernels implements KernelLibrary {
  static final LibraryKernel WORK = KernelLibrary.kernel(ChaosKernels.class, "work");

  /// What a kernel does to its process.
  enum Mischief {
    NONE,
    EXIT,
    HALT,
    THROW_ERROR,
    EXHAUST_MEMORY,
    OVERFLOW_STACK,
    SEGFAULT,
    STOP,
    GARBAGE_IN_FRAME,
    GARBAGE_AND_DIE;

    private static final List<Mischief> ALL = List.of(values());

    static Mischief at(long place) {
      return ALL.get((int) place);
    }

    static int count() {
      return ALL.size();
    }
  }

  @Override
  public Map<String, Kernel> kernels() {
    return Map.of("work", ChaosKernels::work);
  }

  /// Scalars: the base of the numbers to be written, what to do, a seed.
  private static void work(KernelContext context) throws IOException {
    if (context.attempt() == 1) {
      doMischief(Mischief.at(context.scalarLong(1)), context.scalarLong(2));
    }
    for (long i = 0; i < context.tensor(0).elementCount(); i++) {
      context.tensor(0).setLong(i, context.scalarLong(0) + i);
    }
  }

  private static void doMischief(Mischief what, long seed) throws IOException {
    switch (what) {
      case NONE -> {}
      case EXIT -> Runtime.getRuntime().exit(3);
      case HALT -> Runtime.getRuntime().halt(4);
      case THROW_ERROR -> throw new AssertionError("mischief");
      case EXHAUST_MEMORY -> exhaust();
      case OVERFLOW_STACK -> overflow(0);
      case SEGFAULT -> signal("SEGV");
      case STOP -> signal("STOP");
      case GARBAGE_IN_FRAME -> writeGarbage(seed);
      case GARBAGE_AND_DIE -> {
        writeGarbage(seed);
        Runtime.getRuntime().halt(5);
      }
    }
  }

  private static void exhaust() {
    List<long[]> kept = new ArrayList<>();
    while (kept.size() < Integer.MAX_VALUE) {
      kept.add(new long[1 << 17]);
    }
  }

  private static int overflow(int depth) {
    return depth < 0 ? 0 : overflow(depth + 1) + depth;
  }

  private static void signal(String name) throws IOException {
    new ProcessBuilder("kill", "-" + name, Long.toString(ProcessHandle.current().pid())).start();
    LockSupport.parkNanos(TimeUnit.HOURS.toNanos(1));
  }

  /// Over each frame whose kernel runs, which is its own, and the rings.
  private static void writeGarbage(long seed) {
    String[] command = ProcessHandle.current().info().arguments().orElseThrow();
    int main = List.of(command).indexOf(ChildMain.class.getName());
    ChildArguments told =
        ChildArguments.parse(
            List.of(command).subList(main + 1, command.length).toArray(String[]::new));
    SplittableRandom random = new SplittableRandom(seed);
    try (SharedRegion region =
        SharedRegion.attach(told.parentPid(), told.mailbox(), told.mailboxBytes())) {
      MemorySegment memory = region.segment();
      int count = Words.getInt(memory, MailboxLayout.FRAME_COUNT);
      for (int number = 0; number < count; number++) {
        long frame = MailboxLayout.frame(number);
        if (Words.getAcquire(memory, frame) == MailboxLayout.RUNNING) {
          long from = random.nextBoolean() ? 0 : MailboxLayout.OUTCOME;
          for (long at = from; at + 8 <= MailboxLayout.FRAME_BYTES; at += 8) {
            memory.set(ValueLayout.JAVA_LONG, frame + at, random.nextLong());
          }
        }
      }
      for (int entry = 0; entry < MailboxLayout.RING_ENTRIES; entry++) {
        Words.setInt(memory, MailboxLayout.ringEntry(entry), random.nextInt());
      }
    }
  }
}

package io.sluice.worker.process;

import io.sluice.config.WakeUp;
import io.sluice.memory.SharedRegion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/// What do two JVMs need, at least, to wake each other once? Two futex words in a shared page, and nothing
/// else. Linux only.
public final class FutexPingPong implements AutoCloseable {
  private static final long THERE = 0;
  private static final long BACK = 64;
  private static final long PAGE = 4_096;
  private static final long PATIENCE_NS = 1_000_000_000;
  private static final int END = -1;

  private final SharedRegion page = SharedRegion.create(PAGE);
  private final Waiter waiter = Waiter.of(WakeUp.FUTEX);
  private final Process other;
  private int count;

  public FutexPingPong() throws IOException {
    this.other =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    FutexPingPong.class.getName(),
                    Long.toString(ProcessHandle.current().pid()),
                    Integer.toString(page.fileDescriptor().orElseThrow())))
            .inheritIO()
            .start();
  }

  /// There and back, once.
  public void roundTrip() {
    say(++count);
    awaitOther(page.segment(), waiter, BACK, count);
  }

  private void say(int what) {
    Words.setVolatile(page.segment(), THERE, what);
    waiter.wake(page.segment(), THERE);
  }

  private static void awaitOther(MemorySegment words, Waiter waiter, long offset, int expected) {
    for (int seen = Words.getVolatile(words, offset);
        seen != expected;
        seen = Words.getVolatile(words, offset)) {
      waiter.await(words, offset, seen, PATIENCE_NS);
    }
  }

  @Override
  public void close() {
    say(END);
    other.onExit().join();
    page.close();
  }

  /// The other one.
  public static void main(String[] arguments) {
    Waiter waiter = Waiter.of(WakeUp.FUTEX);
    MemorySegment words =
        SharedRegion.attach(Long.parseLong(arguments[0]), Integer.parseInt(arguments[1]), PAGE)
            .segment();
    for (int seen = 0; seen != END; ) {
      int now = Words.getVolatile(words, THERE);
      if (now == seen) {
        waiter.await(words, THERE, seen, PATIENCE_NS);
      } else {
        seen = now;
        Words.setVolatile(words, BACK, now);
        waiter.wake(words, BACK);
      }
    }
  }
}

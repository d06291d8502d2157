package io.sluice.worker.process;

import io.sluice.config.WakeUp;
import io.sluice.memory.SharedRegion;
import io.sluice.task.KernelDirectory;
import io.sluice.task.KernelLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// A worker process: maps what its parent holds open, says that it is ready, and runs kernels until it is
/// told to end or its parent is gone.
///
/// | thread | what it does |
/// | --- | --- |
/// | `sluice-<worker>` | takes frames in turn and calls kernels ([ChildLoop]) |
/// | `sluice-control` | shows that it lives, passes on interrupts, looks for the parent ([ChildControl]) |
/// | `sluice-parent` | reads the standard input, which ends with the parent |
/// | `sluice-link` | at the start only: links the system's calls, which takes as long as all else |
///
/// **Its end.** The system kills it when the parent's thread that started it ends, which happens when the parent
/// does: so it ends in the middle of a loop that gives no other thread a chance, too. Where that can't be
/// had, `sluice-parent` and `sluice-control` see to it.
///
/// Started by Sluice, never by hand.
public final class ChildMain {
  private static final int BROKEN = 70;

  private ChildMain() {}

  /// The whole life of the process.
  ///
  /// @param arguments those of [ChildArguments]
  public static void main(String[] arguments) throws Exception {
    InputStream fromParent = System.in;
    System.setIn(InputStream.nullInputStream());
    ChildArguments told = ChildArguments.parse(arguments);
    endWithParent(fromParent);
    run(told);
  }

  /// The pipe is closed by the system when the parent has ended, whatever way.
  private static void endWithParent(InputStream fromParent) {
    Thread thread =
        new Thread(
            () -> {
              try (InputStream in = fromParent) {
                while (in.read() >= 0) {}
              } catch (IOException e) {
                // As good as its end.
              }
              Runtime.getRuntime().halt(0);
            },
            "sluice-parent");
    thread.setDaemon(true);
    thread.start();
  }

  @SuppressWarnings("unchecked")
  private static void run(ChildArguments told) throws Exception {
    FutureTask<@Nullable SystemCalls> linking = new FutureTask<>(ChildMain::link);
    new Thread(linking, "sluice-link").start();
    KernelDirectory kernels =
        KernelDirectory.of(
            (Class<? extends KernelLibrary>)
                Class.forName(told.library()).asSubclass(KernelLibrary.class));
    byte[] digest = kernels.digest();
    ChildArguments.Regions regions = told.regions();
    SharedRegion heap = SharedRegion.attach(told.parentPid(), regions.heap(), regions.heapBytes());
    MemorySegment memory =
        SharedRegion.attach(told.parentPid(), told.mailbox(), told.mailboxBytes()).segment();
    SystemCalls calls = linking.get();
    if (calls != null) {
      calls.dieWithStarter();
    }
    Waiter waiter =
        told.wakeUp() == WakeUp.POLL
            ? new PollWaiter()
            : new FutexWaiter(Objects.requireNonNull(calls));
    Signal signal = Signal.attach(told.parentPid(), regions.signal(), waiter);
    ChildMailbox mailbox = new ChildMailbox(memory, signal, waiter);
    if (!mailbox.shakeHands(digest)) {
      return;
    }
    ChildSegments segments = new ChildSegments(told.parentPid(), heap);
    InterruptDoor door = new InterruptDoor();
    ChildLoop loop = new ChildLoop(told.worker(), mailbox, kernels, segments, door);
    new ChildControl(told.parentPid(), mailbox, segments, door).start();
    Thread thread = new Thread(loop, "sluice-" + told.worker());
    thread.setUncaughtExceptionHandler(ChildMain::endBroken);
    thread.start();
    thread.join();
    System.exit(0);
  }

  /// Null where calls are not known, or a JVM's option forbids them.
  private static @Nullable SystemCalls link() {
    return SystemCalls.isSupported() && SystemCalls.isAllowed() ? SystemCalls.link() : null;
  }

  private static void endBroken(Thread thread, Throwable bug) {
    bug.printStackTrace();
    Runtime.getRuntime().halt(BROKEN);
  }
}

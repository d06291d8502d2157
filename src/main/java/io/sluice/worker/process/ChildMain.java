package io.sluice.worker.process;

import io.sluice.memory.SharedRegion;
import io.sluice.task.KernelDirectory;
import io.sluice.task.KernelLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.FutureTask;

/// A worker process: maps what its parent holds open, says that it is ready, and runs kernels until it is
/// told to end or its parent is gone.
///
/// | thread | what it does |
/// | --- | --- |
/// | `sluice-<worker>` | takes frames in turn and calls kernels ([ChildLoop]) |
/// | `sluice-control` | shows that it lives, passes on interrupts, looks for the parent ([ChildControl]) |
/// | `sluice-parent` | reads the standard input, which ends with the parent |
/// | `sluice-link` | at the start only: links the system's futex, which takes as long as all else |
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
    FutureTask<Waiter> waiters = new FutureTask<>(() -> Waiter.of(told.wakeUp()));
    new Thread(waiters, "sluice-link").start();
    KernelDirectory kernels =
        KernelDirectory.of(
            (Class<? extends KernelLibrary>)
                Class.forName(told.library()).asSubclass(KernelLibrary.class));
    byte[] digest = kernels.digest();
    ChildArguments.Regions regions = told.regions();
    SharedRegion heap = SharedRegion.attach(told.parentPid(), regions.heap(), regions.heapBytes());
    MemorySegment memory =
        SharedRegion.attach(told.parentPid(), told.mailbox(), told.mailboxBytes()).segment();
    Waiter waiter = waiters.get();
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

  private static void endBroken(Thread thread, Throwable bug) {
    bug.printStackTrace();
    Runtime.getRuntime().halt(BROKEN);
  }
}

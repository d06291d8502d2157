package io.sluice.runtime;

import io.sluice.config.LeakLevel;
import io.sluice.engine.Slot;
import io.sluice.task.LeakTrail;
import io.sluice.task.TaskEvent;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds yielding results that became unreachable without being closed, and releases each, on every
/// level; what it tells of them is the level's matter.
///
/// **Threads.** One of its own, which starts with the first result watched and ends with the runtime.
/// **Bound.** One record for each open result.
final class LeakWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeakWatch.class);

  private final Shell shell;
  private final LeakSampler sampler;
  private final ConcurrentHashMap<LentResult.Loan, Watched> open = new ConcurrentHashMap<>();
  private final ReferenceQueue<LentResult> unreachable = new ReferenceQueue<>();
  private volatile @Nullable Thread thread;
  private boolean closed;

  /// @param active whether it looks at all; a test looks for itself
  LeakWatch(Shell shell, LeakLevel level, boolean active) {
    this.shell = shell;
    this.closed = !active;
    this.sampler = new LeakSampler(level);
  }

  /// The place in the user's code where a run is assembled now; null if it is not sampled.
  @Nullable Throwable assembledHere() {
    return sampler.assembledHere();
  }

  /// Watches a result that is about to be handed to a user, who has to close it if it yields.
  void watch(LentResult result, @Nullable Throwable assembledAt) {
    LentResult.Loan loan = result.loan();
    if (loan == null) {
      return;
    }
    loan.watch(sampler.newLog("handed over"));
    open.put(loan, new Watched(result, loan, unreachable, assembledAt));
    if (thread == null) {
      start();
    }
  }

  private synchronized void start() {
    if (thread == null && !closed) {
      Thread watcher = new Thread(this::report, "sluice-leak-watch");
      watcher.setDaemon(true);
      watcher.start();
      thread = watcher;
    }
  }

  /// A result that was watched was closed.
  void forget(LentResult.Loan loan) {
    open.remove(loan);
  }

  private void report() {
    try {
      while (true) {
        tryRelease((Watched) unreachable.remove());
      }
    } catch (InterruptedException end) {
      LOG.trace("the runtime has ended", end);
    }
  }

  /// Whatever a log or a subscriber that is served on the way throws, the watch goes on.
  private void tryRelease(Watched watched) {
    try {
      release(watched);
    } catch (Throwable failure) {
      UserFault.log(LOG, "{} could not be released", "a dropped result", failure);
    }
  }

  private void release(Watched watched) {
    LentResult.Loan loan = watched.loan;
    open.remove(loan);
    if (loan.end() && sampler.level() != LeakLevel.OFF) {
      tell(loan.slot(), trailOf(watched));
    }
  }

  private static LeakTrail trailOf(Watched watched) {
    TouchLog log = watched.loan.log();
    return new LeakTrail(
        watched.assembledAt,
        log == null ? List.of() : log.touches(),
        log == null ? 0 : log.droppedCount());
  }

  private void tell(Slot slot, LeakTrail trail) {
    LOG.error(
        "the result of {} of {} was dropped without close(); its bytes are released now. Close it,"
            + " or use a reader{}",
        slot,
        slot.run(),
        trail.isEmpty() ? "; leaks(LeakLevel.PARANOID) tells where it went" : "",
        throwableOf(trail));
    TaskEvent leaked = new TaskEvent.Leaked(slot.id(), slot.task().name(), slot.run().id(), trail);
    shell.post(engine -> shell.happened(leaked));
  }

  /// The trail as loggers print it: the place of assembly, then who touched the result.
  private static @Nullable Throwable throwableOf(LeakTrail trail) {
    if (trail.isEmpty()) {
      return null;
    }
    Throwable told =
        new Throwable(
            "%d touches are told, %d between them are not"
                .formatted(trail.touches().size(), trail.droppedCount()),
            trail.assembledAt(),
            true,
            false) {};
    trail.touches().forEach(told::addSuppressed);
    return told;
  }

  /// Ends the thread.
  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
    }
  }

  private static final class Watched extends PhantomReference<LentResult> {
    final LentResult.Loan loan;
    final @Nullable Throwable assembledAt;

    Watched(
        LentResult result,
        LentResult.Loan loan,
        ReferenceQueue<LentResult> queue,
        @Nullable Throwable assembledAt) {
      super(result, queue);
      this.loan = loan;
      this.assembledAt = assembledAt;
    }
  }
}

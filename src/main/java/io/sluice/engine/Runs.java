package io.sluice.engine;

import io.sluice.error.CompositeTaskException;
import io.sluice.error.SluiceException;
import io.sluice.error.TaskCancelledException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Opens, fails, cancels and ends runs.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class Runs {
  private final Core core;
  private final Set<Run> open = new LinkedHashSet<>();

  /// Those whose look-ahead follows the free bytes.
  private final List<Run> followers = new ArrayList<>();

  /// Runs in which something has changed that may let them ask for more, or end; see [#touchedAgain].
  private final ArrayDeque<Run> touched = new ArrayDeque<>();

  /// The open run that was looked at last: most often it is the next as well.
  private @Nullable Run lookedAt;

  /// Whether that one is to be looked at again, before all others.
  private boolean touchedAgain;

  private @Nullable Lifecycle lifecycle;
  private @Nullable Attempts attempts;
  private @Nullable Admission admission;

  Runs(Core core) {
    this.core = core;
  }

  void wire(Lifecycle toLifecycle, Attempts toAttempts, Admission toAdmission) {
    this.lifecycle = toLifecycle;
    this.attempts = toAttempts;
    this.admission = toAdmission;
  }

  Run open(RunPlan plan, Object attachment) {
    if (!core.used) {
      core.used = true;
      core.startedNs = core.now();
    }
    Run run = new Run(core.nextRunNumber++, core.epoch.number, plan, attachment, core.effects);
    run.openSourceCount = 1;
    open.add(run);
    if (run.largestTaskBytes > 0) {
      followers.add(run);
    }
    core.openRunCount++;
    return run;
  }

  Iterable<Run> open() {
    return open;
  }

  /// A copy, for those who change what is open.
  List<Run> openNow() {
    return List.copyOf(open);
  }

  /// Results of all open runs that were not handed over or thrown away.
  long undeliveredCount() {
    return open.stream().mapToLong(Run::undeliveredCount).sum();
  }

  /// The oldest open run that may have no more tasks in flight; null if none is at its limit.
  @Nullable Run firstAtMaxInFlight() {
    for (Run run : open) {
      if (!run.stopped && !run.isBelowMaxInFlight()) {
        return run;
      }
    }
    return null;
  }

  /// The run opens no more sources of its own accord.
  void noMoreSources(Run run) {
    run.openSourceCount--;
    touch(run);
  }

  void touch(Run run) {
    if (!run.touched) {
      run.touched = true;
      if (run == lookedAt && touched.isEmpty()) {
        touchedAgain = true;
      } else {
        touched.add(run);
      }
    }
  }

  private @Nullable Run pollTouched() {
    if (touchedAgain) {
      touchedAgain = false;
      return lookedAt;
    }
    Run run = touched.poll();
    if (run != null && run != lookedAt) {
      lookedAt = run.closed ? null : run;
    }
    return run;
  }

  /// Lets the runs that changed ask for more, or end.
  void workOff() {
    do {
      touchFollowers();
      admission().supply().lapseIfDue(this);
      for (Run run = pollTouched(); run != null; run = pollTouched()) {
        run.touched = false;
        if (!run.stopped) {
          admission().topUp(run);
          endIfDone(run);
        }
      }
    } while (core.bytesFreed);
  }

  private void touchFollowers() {
    if (core.bytesFreed) {
      core.bytesFreed = false;
      followers.forEach(this::touch);
    }
  }

  private void endIfDone(Run run) {
    if (run.openSourceCount > 0 || run.undecidedCount > 0) {
      return;
    }
    run.ended = true;
    run.stopped = true;
    endScopes(run);
    core.effects.runEnded(run, compositeOf(run));
  }

  private static @Nullable Throwable compositeOf(Run run) {
    return run.failures.isEmpty()
        ? null
        : new CompositeTaskException(run.id().name(), run.failures, run.failureCount);
  }

  void taskFailed(Slot slot) {
    if (slot.run.failureMode() != FailureMode.PROGRAM && !slot.run.stopped) {
      failed(slot.run, slot.failure());
    }
  }

  void refused(Run run, SluiceException error) {
    if (run.failureMode() != FailureMode.PROGRAM) {
      failed(run, error);
    }
  }

  /// A failure of the run, to be taken by its mode.
  void failed(Run run, Throwable error) {
    if (run.failureMode() == FailureMode.FAIL_FAST) {
      fail(run, error);
      return;
    }
    run.failureCount++;
    if (run.failures.size() < CompositeTaskException.CAUSE_LIMIT) {
      run.failures.add(error);
    }
  }

  /// Ends a run with an error, at once.
  void fail(Run run, Throwable error) {
    if (run.ended) {
      return;
    }
    run.ended = true;
    stop(run);
    core.effects.runEnded(run, error);
  }

  /// The subscriber has gone.
  void cancel(Run run) {
    if (!run.stopped) {
      run.ended = true;
      stop(run);
    }
  }

  private void stop(Run run) {
    run.stopped = true;
    admission().drop(run);
    if (run.turns != null) {
      lifecycle().endTurns(run.turns);
    }
    attempts().cancelAll(run, cancellationOf(run));
    endScopes(run);
    touch(run);
  }

  TaskCancelledException cancellationOf(Run run) {
    TaskCancelledException cancellation = run.cancellation;
    if (cancellation == null) {
      cancellation =
          new TaskCancelledException(run + " was cancelled, or failed before this task ran");
      run.cancellation = cancellation;
    }
    return cancellation;
  }

  private void endScopes(Run run) {
    for (Scope scope = run.firstScope; scope != null; scope = run.firstScope) {
      lifecycle().endScope(scope);
    }
  }

  /// The last signal of the run was handed over.
  void closed(Run run) {
    if (run.closed) {
      return;
    }
    run.closed = true;
    cancel(run);
    open.remove(run);
    followers.remove(run);
    admission().supply().forget(run);
    core.openRunCount--;
    forgetLookedAt(run);
  }

  /// A run that is gone is not kept by having been looked at.
  private void forgetLookedAt(Run run) {
    if (run == lookedAt) {
      if (touchedAgain) {
        touchedAgain = false;
        touched.addFirst(run);
      }
      lookedAt = null;
    }
  }

  private Lifecycle lifecycle() {
    if (lifecycle == null) {
      throw new IllegalStateException("not wired; this is a bug in Sluice");
    }
    return lifecycle;
  }

  private Attempts attempts() {
    if (attempts == null) {
      throw new IllegalStateException("not wired; this is a bug in Sluice");
    }
    return attempts;
  }

  private Admission admission() {
    if (admission == null) {
      throw new IllegalStateException("not wired; this is a bug in Sluice");
    }
    return admission;
  }
}

package io.sluice.engine;

import io.sluice.config.CancelPolicy;
import io.sluice.error.TaskFailedException;
import io.sluice.error.TaskTimeoutException;
import io.sluice.error.WorkerLostException;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskRetry;
import io.sluice.task.TaskState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Decides what follows when an attempt ends, lasts too long, or nobody wants it any more.
///
/// An attempt *ends* when its last member has stopped. Then the task is decided, or tried again. A
/// kernel can't be killed: past its time it is *given up*. The task is decided at once, unless it is to
/// be tried again; but the attempt ends only when the kernel returns, and until then slot, slab and
/// holds stay, and no other attempt starts.
///
/// ```
///          stopped ─▶ COMPLETED, CANCELLED
/// RUNNING ─ failed ─┬────────────────────────────▶ FAILED
///    ▲     │        └▶ resting ─ pause over ─┐
///    │     └ time over ─▶ given up ─ stopped ┴▶ resting, or settles
///    └──────────────── READY ◀───────────────┘
/// ```
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class Attempts {
  private final Core core;
  private final Lifecycle lifecycle;
  private final Dispatcher dispatcher;
  private final Runs runs;
  private final Deadlines deadlines;
  private final Replacements replacements;

  Attempts(
      Core core,
      Lifecycle lifecycle,
      Dispatcher dispatcher,
      Runs runs,
      Deadlines deadlines,
      Replacements replacements) {
    this.core = core;
    this.lifecycle = lifecycle;
    this.dispatcher = dispatcher;
    this.runs = runs;
    this.deadlines = deadlines;
    this.replacements = replacements;
  }

  /// A member stopped; the attempt ends once all have.
  ///
  /// @param mayRetry what the filter of the task's retries says of the failure
  void memberStopped(Slot slot, @Nullable Throwable failure, boolean mayRetry, boolean cancelled) {
    slot.runningMemberCount--;
    if (failure != null && slot.memberFailure() == null) {
      noteFailure(slot, failure, mayRetry);
      askToStop(slot);
    }
    if (cancelled) {
      slot.extras().memberCancelled = true;
    }
    if (slot.runningMemberCount == 0) {
      ended(slot);
    }
  }

  private static void noteFailure(Slot slot, Throwable failure, boolean mayRetry) {
    slot.extras().memberFailure = failure;
    if (slot.task.retry() != null) {
      slot.control().mayRetry = mayRetry;
    }
  }

  private void askToStop(Slot slot) {
    if (slot.runningMemberCount > 0 && !slot.stopRequested) {
      slot.stopRequested = true;
      core.effects.askToStop(slot);
    }
  }

  private void ended(Slot slot) {
    SlotControl control = slot.knownControl();
    Throwable failure = slot.memberFailure();
    if (control != null) {
      deadlines.remove(control);
    }
    if (slot.isDecided()) {
      lifecycle.settleIfStill(slot);
    } else if (control != null && control.isBeingJudged) {
      rest(control);
    } else if (failure != null) {
      retryOrFail(slot, failure);
    } else if (slot.memberCancelled()) {
      lifecycle.decide(slot, TaskState.CANCELLED, runs.cancellationOf(slot.run));
    } else {
      giveTailBack(slot);
      lifecycle.complete(slot);
    }
  }

  /// All members have returned, and readers see only the rows that were used: nobody can touch what
  /// lies behind.
  private void giveTailBack(Slot slot) {
    if (slot.hasMaximum && core.heap.shrink(slot.slabTicket, slot.usedSlabBytes())) {
      long keptBytes = core.heap.bytesOf(slot.slabTicket);
      slot.run.heapBytes -= slot.slabBytes - keptBytes;
      slot.slabBytes = keptBytes;
      core.bytesFreed = true;
      core.admissionDue = true;
    }
  }

  private void retryOrFail(Slot slot, Throwable failure) {
    TaskRetry retry = slot.task.retry();
    if (retry != null && isToBeRetried(slot, retry)) {
      tryAgain(slot.control(), retry, failure);
    } else {
      fail(slot, failure);
    }
  }

  /// Whether the failure that the attempt has had is one to try again after.
  private static boolean isToBeRetried(Slot slot, TaskRetry retry) {
    SlotControl control = slot.control();
    return control.mayRetry && !slot.run.stopped && hasBudget(slot, retry);
  }

  private static boolean hasBudget(Slot slot, TaskRetry retry) {
    SlotControl control = slot.control();
    return slot.memberFailure() instanceof WorkerLostException
        ? control.lostRetryCount < retry.maxLostWorkers()
        : control.failureRetryCount < retry.maxAttempts();
  }

  /// The task keeps its slot and its bytes, and no worker.
  private void tryAgain(SlotControl control, TaskRetry retry, Throwable failure) {
    Slot slot = control.slot;
    long delayNs = retry.delayNs(control.retryCount(), core.effects.chance());
    if (failure instanceof WorkerLostException) {
      control.lostRetryCount++;
    } else {
      control.failureRetryCount++;
    }
    tellRetried(slot, delayNs, failure);
    forgetAttempt(control);
    rest(control);
    if (delayNs > 0) {
      deadlines.add(control, delayNs);
    } else {
      pauseOver(control);
    }
  }

  private void tellRetried(Slot slot, long delayNs, Throwable failure) {
    if (core.effects.watched()) {
      core.effects.happened(
          new TaskEvent.Retried(
              slot.id(),
              slot.task.name(),
              slot.run.id(),
              slot.attempt(),
              delayNs,
              failure,
              core.now()));
    }
  }

  private static void forgetAttempt(SlotControl control) {
    Slot slot = control.slot;
    SlotExtras extras = slot.extras();
    extras.attempt++;
    extras.memberFailure = null;
    extras.memberCancelled = false;
    slot.stopRequested = false;
    slot.runTimeNs = 0;
    control.isAbandoned = false;
  }

  private void rest(SlotControl control) {
    control.slot.state = TaskState.PENDING;
    if (!control.isResting) {
      control.isResting = true;
      core.restingCount++;
    }
  }

  private void endRest(SlotControl control) {
    if (control.isResting) {
      control.isResting = false;
      core.restingCount--;
    }
  }

  /// It counts as progress: only from now on could a claim that waits for the task's bytes wait too long.
  private void pauseOver(SlotControl control) {
    endRest(control);
    core.progressed();
    control.slot.state = TaskState.READY;
    dispatcher.ready(control.slot);
  }

  private void fail(Slot slot, Throwable failure) {
    TaskFailedException failed =
        new TaskFailedException(
            slot.id().toString(), slot.task.name(), slot.run.id().name(), inWords(slot), failure);
    lifecycle.decide(slot, TaskState.FAILED, failed);
  }

  private static String inWords(Slot slot) {
    StringBuilder words = new StringBuilder("failed");
    TaskRetry retry = slot.task.retry();
    if (retry != null) {
      addRetries(words, slot, retry);
    }
    return words.append(slot.runningMemberCount > 0 ? ", and has not returned" : "").toString();
  }

  private static void addRetries(StringBuilder words, Slot slot, TaskRetry retry) {
    SlotControl control = slot.control();
    if (retry.maxAttempts() > 0) {
      append(words, control.failureRetryCount, retry.maxAttempts(), "times");
    }
    if (control.lostRetryCount > 0 || slot.memberFailure() instanceof WorkerLostException) {
      append(words, control.lostRetryCount, retry.maxLostWorkers(), "times for lost workers");
    }
  }

  private static void append(StringBuilder words, long count, long limit, String what) {
    words.append(", retried ").append(count).append(" of ").append(limit).append(' ').append(what);
  }

  /// A worker that starts late has come to a member of the attempt: its time begins now, or anew.
  void started(Slot slot, int attempt) {
    boolean isWaitedFor =
        attempt == slot.attempt()
            && slot.runningMemberCount > 0
            && slot.task.timeoutNs() > 0
            && !slot.isDecided();
    if (isWaitedFor && !slot.isUnreturned()) {
      deadlines.attemptStarts(slot);
    }
  }

  /// Works off what is due by now.
  void fireDue() {
    for (SlotControl due = deadlines.pollDue(); due != null; due = deadlines.pollDue()) {
      if (due.isResting) {
        pauseOver(due);
      } else {
        timedOut(due);
      }
    }
  }

  /// Time is over for an attempt. If it is to be tried again it gets the same time once more to stop:
  /// after that nobody waits for it any longer.
  private void timedOut(SlotControl control) {
    Slot slot = control.slot;
    boolean isLastWait = control.isAbandoned;
    Throwable failure = failureInTime(control);
    abandon(slot);
    TaskRetry retry = slot.task.retry();
    if (retry == null || isLastWait) {
      fail(slot, failure);
    } else if (isToBeRetried(slot, retry)) {
      deadlines.add(control, slot.task.timeoutNs());
    } else if (isToBeJudged(slot, failure, retry)) {
      control.isBeingJudged = true;
      core.effects.judge(slot, failure);
    } else {
      fail(slot, failure);
    }
  }

  /// What the attempt failed with: a member's failure that came before its time was over, or that.
  private Throwable failureInTime(SlotControl control) {
    Throwable failure = control.slot.memberFailure();
    if (failure == null) {
      failure = timeoutOf(control);
      noteFailure(control.slot, failure, hasNoFilter(control.slot));
    }
    return failure;
  }

  private static boolean hasNoFilter(Slot slot) {
    TaskRetry retry = slot.task.retry();
    return retry != null && retry.filter() == null;
  }

  /// A filter is a user's code, and never called in here.
  private static boolean isToBeJudged(Slot slot, Throwable failure, TaskRetry retry) {
    return failure instanceof TaskTimeoutException
        && retry.filter() != null
        && !slot.run.stopped
        && hasBudget(slot, retry);
  }

  /// The filter has answered. Ignored if the task was decided meanwhile.
  void judged(Slot slot, int attempt, boolean mayRetry) {
    SlotControl control = slot.knownControl();
    Throwable failure = slot.memberFailure();
    if (control == null || attempt != slot.attempt() || !control.isBeingJudged) {
      return;
    }
    control.isBeingJudged = false;
    control.mayRetry = mayRetry;
    if (slot.isDecided()) {
      return;
    }
    if (slot.runningMemberCount == 0) {
      endRest(control);
      ended(slot);
    } else if (mayRetry && !slot.run.stopped) {
      deadlines.add(control, slot.task.timeoutNs());
    } else if (failure != null) {
      fail(slot, failure);
    }
  }

  private TaskTimeoutException timeoutOf(SlotControl control) {
    Slot slot = control.slot;
    return new TaskTimeoutException(
        slot.task.name(),
        Duration.ofNanos(slot.task.timeoutNs()),
        Duration.ofNanos(core.now() - control.startedNs),
        core.config.pools().get(slot.poolIndex).name() + "-" + dispatcher.aWorkerOf(slot));
  }

  /// Nobody counts on the kernel any more; whatever holds it still has to be waited for.
  private void abandon(Slot slot) {
    SlotControl control = slot.control();
    if (control.isAbandoned) {
      return;
    }
    control.isAbandoned = true;
    if (slot.run.plan.options().cancelPolicy().interrupts()) {
      interrupt(slot);
    } else {
      askToStop(slot);
    }
    for (int member = 0; member < slot.task.memberCount(); member++) {
      if (dispatcher.isRunning(slot, member)) {
        tellAbandoned(slot, member);
        replacements.wanted(slot, member);
      }
    }
    core.admissionDue = true;
  }

  private void tellAbandoned(Slot slot, int member) {
    if (core.effects.watched()) {
      String pool = core.config.pools().get(slot.poolIndex).name();
      core.effects.happened(
          new TaskEvent.Abandoned(
              slot.id(), slot.task.name(), slot.run.id(), member, pool, slot.worker(member)));
    }
  }

  private void interrupt(Slot slot) {
    slot.stopRequested = true;
    core.effects.interrupt(slot);
  }

  /// Cancels all tasks of a run that don't run yet, and does with those that run as its policy says.
  void cancelAll(Run run, Throwable cause) {
    for (Slot slot = run.firstSlot; slot != null; slot = slot.runNext) {
      if (slot.state == TaskState.RUNNING) {
        cancelRunning(slot, run.plan.options().cancelPolicy(), cause);
      } else {
        lifecycle.decide(slot, TaskState.CANCELLED, cause);
      }
    }
  }

  private void cancelRunning(Slot slot, CancelPolicy policy, Throwable cause) {
    switch (policy) {
      case FINISH -> askToStop(slot);
      case INTERRUPT -> interrupt(slot);
      case ABANDON -> abandon(slot);
    }
    if (slot.isUnreturned()) {
      lifecycle.decide(slot, TaskState.CANCELLED, cause);
    }
  }

  /// A task was decided: nothing is due for it any more.
  void decided(SlotControl control) {
    deadlines.remove(control);
    endRest(control);
  }
}

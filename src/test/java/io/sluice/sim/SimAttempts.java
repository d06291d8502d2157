package io.sluice.sim;

import io.sluice.config.CancelPolicy;
import io.sluice.error.TaskTimeoutException;
import io.sluice.error.WorkerLostException;
import io.sluice.task.TaskRetry;
import io.sluice.task.TaskState;
import java.util.Arrays;

/// The attempts of one task as the simulator knows them: when each is due, and what has to follow from
/// its end.
final class SimAttempts {
  private static final long NEVER = Long.MAX_VALUE;

  private final World world;
  private final SimTask task;

  /// From 1.
  int attempt = 1;

  boolean[] dispatched;
  int runningMembers;
  int finishedMembers;

  /// When the attempt times out, the wait for its kernel is over, or the next one begins.
  long dueNs = NEVER;

  /// Between two attempts.
  boolean resting;

  /// Its kernel was given up.
  boolean abandoned;

  /// The filter was asked, and has not answered.
  boolean judging;

  /// Its time was over before any member failed.
  private boolean timedOut;

  /// It did not return in the time that it got in addition.
  private boolean overdue;

  private Throwable failure;
  private boolean mayRetry;
  private long failureRetries;
  private long lostRetries;

  SimAttempts(World world, SimTask task) {
    this.world = world;
    this.task = task;
    this.dispatched = new boolean[task.task.memberCount()];
  }

  void dispatched(int member) {
    observe();
    Broken.unless(!dispatched[member], "law 4: member %d of %s starts twice", member, task);
    Broken.unless(!abandoned, "law 4: %s starts, but was given up", task);
    if (resting) {
      resting = false;
      dueNs = NEVER;
    }
    if (runningMembers + finishedMembers == 0
        && task.task.timeoutNs() > 0
        && !world.startsLate(task)) {
      dueNs = world.nowNs + task.task.timeoutNs();
    }
    dispatched[member] = true;
    runningMembers++;
  }

  /// Its worker is there at last, which is about to be told.
  void handedOver() {
    if (task.task.timeoutNs() > 0 && !abandoned && !task.isDecided()) {
      dueNs = world.nowNs + task.task.timeoutNs();
      world.situations.count(Situation.TIMED_FROM_A_LATE_START);
    }
  }

  /// Whether just one member of the attempt was handed to a worker so far.
  boolean isAtItsFirstMember() {
    return runningMembers + finishedMembers == 1;
  }

  /// A member is about to be reported as failed.
  void fails(Throwable cause, boolean filterSaysYes) {
    if (!hasFailed()) {
      failure = cause;
      mayRetry = filterSaysYes;
    }
  }

  void stopped() {
    runningMembers--;
    finishedMembers++;
    if (runningMembers == 0) {
      dueNs = NEVER;
      resting = judging;
      if (task.isDecided() && abandoned) {
        world.situations.count(Situation.KERNEL_RETURNS_LATE);
      }
    }
  }

  /// Whether it runs, and its time is over.
  boolean isDue() {
    return dueNs <= world.nowNs && runningMembers > 0 && !task.isDecided();
  }

  /// Its time is over, or the time to stop that it got in addition, and the engine is about to be told.
  void timeIsOver() {
    if (abandoned) {
      overdue = true;
      world.situations.count(Situation.KERNEL_TOO_LATE_FOR_RETRY);
      return;
    }
    abandoned = true;
    world.situations.count(Situation.TIMED_OUT);
    if (failure == null) {
      TaskRetry retry = task.task.retry();
      timedOut = true;
      mayRetry = retry != null && retry.filter() == null;
    }
    dueNs = isToBeRetried() ? world.nowNs + task.task.timeoutNs() : NEVER;
  }

  /// It ends although it runs.
  void endsWhileItRuns(TaskState as) {
    boolean byPolicy =
        as == TaskState.CANCELLED
            && task.run().plan.options().cancelPolicy() == CancelPolicy.ABANDON;
    Broken.unless(
        abandoned || byPolicy, "law 4: %s ends while it runs, and was not given up", task);
    if (!abandoned) {
      world.situations.count(Situation.KERNEL_ABANDONED_BY_CANCEL);
      abandoned = true;
    }
  }

  /// Its filter has answered, which is about to be told.
  void judged(boolean answer) {
    judging = false;
    mayRetry = answer;
    resting = false;
    if (runningMembers > 0 && isToBeRetried()) {
      dueNs = world.nowNs + task.task.timeoutNs();
    }
  }

  boolean hasFailed() {
    return failure != null || timedOut;
  }

  /// Whether the engine must try it again as soon as the attempt has ended.
  boolean isToBeRetried() {
    TaskRetry retry = task.task.retry();
    return retry != null && hasFailed() && mayRetry && hasBudget(retry) && !task.run().stopped;
  }

  private boolean hasBudget(TaskRetry retry) {
    return isLost() ? lostRetries < retry.maxLostWorkers() : failureRetries < retry.maxAttempts();
  }

  private boolean isLost() {
    return failure instanceof WorkerLostException;
  }

  /// Sees whether the engine has gone on to the next attempt.
  void observe() {
    if (task.slot.attempt() == attempt) {
      return;
    }
    Broken.unless(task.slot.attempt() == attempt + 1, "law 4: %s skips an attempt", task);
    Broken.unless(
        runningMembers == 0, "law 4: %s is tried again while an earlier attempt runs", task);
    Broken.unless(
        finishedMembers == dispatched.length && hasFailed(), "law 4: %s is tried again", task);
    Broken.unless(mayRetry, "%s is tried again, but its filter says no", task);
    Broken.unless(hasBudget(task.task.retry()), "%s is tried again too often", task);
    count();
    dueNs = world.nowNs + task.task.retry().delayNs(failureRetries + lostRetries, world.lastChance);
    failureRetries += isLost() ? 0 : 1;
    lostRetries += isLost() ? 1 : 0;
    attempt++;
    Arrays.fill(dispatched, false);
    finishedMembers = 0;
    failure = null;
    timedOut = false;
    overdue = false;
    mayRetry = false;
    abandoned = false;
    task.askedToStop = false;
    task.interrupted = false;
    resting = dueNs > world.nowNs;
    dueNs = resting ? dueNs : NEVER;
  }

  private void count() {
    Situations situations = world.situations;
    situations.count(
        isLost()
            ? Situation.RETRIED_AFTER_LOSS
            : timedOut ? Situation.RETRIED_AFTER_TIMEOUT : Situation.RETRIED);
    if (task.task.memberCount() > 1) {
      situations.count(Situation.GROUP_RETRIED);
    }
    if (task.task.isIdempotent()) {
      situations.count(Situation.RETRIED_IN_PLACE);
    }
  }

  /// What must hold between any two events.
  void check() {
    observe();
    TaskState state = task.slot.state();
    if (task.isDecided()) {
      checkDecided();
      return;
    }
    if (resting && state != TaskState.PENDING) {
      resting = false;
      dueNs = NEVER;
    }
    Broken.unless(
        world.deadlineNs <= dueNs,
        "a lost deadline: %s is due at %d, the timer fires at %d",
        task,
        dueNs,
        world.deadlineNs);
    Broken.unless(
        !world.timerFired || dueNs > world.nowNs, "a lost deadline: %s was due at %d", task, dueNs);
    Broken.unless(
        !abandoned || isToBeRetried() || judging, "%s was given up, and nobody is told", task);
    Broken.unless(
        runningMembers > 0 || finishedMembers < dispatched.length || judging,
        "law 4: %s has ended, and nothing follows",
        task);
  }

  private void checkDecided() {
    if (task.told == TaskState.FAILED && task.isStarted()) {
      Broken.unless(
          !isToBeRetried() || overdue, "%s fails, but has retries left: %s", task, failure);
      Broken.unless(
          !timedOut || task.slot.cause().getCause() instanceof TaskTimeoutException,
          "%s timed out, and fails with %s",
          task,
          task.slot.cause());
    }
  }
}

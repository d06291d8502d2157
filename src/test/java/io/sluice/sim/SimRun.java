package io.sluice.sim;

import io.sluice.engine.FailureMode;
import io.sluice.engine.HeapSpace;
import io.sluice.engine.Run;
import io.sluice.engine.RunPlan;
import io.sluice.task.Task;
import io.sluice.task.TaskInternals;
import io.sluice.task.TaskTicket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/// A subscription as the simulator knows it: its program, its subscriber, its state.
final class SimRun {
  /// How its tasks come.
  enum Kind {
    /// One publisher in the outer scope.
    FLAT,
    /// One publisher in a scope of its own after another.
    SCOPED,
    /// A program that opens scopes and sends tasks one by one.
    PROGRAM
  }

  final int number;
  final Kind kind;
  final FailureMode mode;
  final RunPlan plan;

  Run run;
  SimScope outer;
  final List<SimScope> scopes = new ArrayList<>();
  final List<SimSource> sources = new ArrayList<>();

  /// Tasks that its program or its outer publisher will still send or hand to inner ones.
  int budget;

  boolean noMoreSources;

  /// Cancelled, failed or ended: no task of it may start any more.
  boolean stopped;

  boolean subscriberGone;
  boolean ended;
  Throwable error;
  boolean closed;

  /// Something of it has failed or was refused.
  boolean anyFailure;

  /// Completed, and not yet handed over or thrown away.
  final ArrayDeque<SimTask> undelivered = new ArrayDeque<>();

  /// How many were, in all.
  long deliveredCount;

  /// Whether the engine wants to be told of the next one.
  boolean isReportAskedFor;

  /// Whether it is to be told.
  boolean isReportDue;

  final List<SimTask> undecided = new ArrayList<>();
  private final List<SimTask> unsettled = new ArrayList<>();

  /// The newest admission of each task object.
  final IdentityHashMap<TaskTicket, SimTask> admissions = new IdentityHashMap<>();

  int admittedCount;
  int refusedCount;

  final List<Task> recent = new ArrayList<>();

  SimRun(int number, Kind kind, RunPlan plan, int budget) {
    this.number = number;
    this.kind = kind;
    this.mode = plan.failureMode();
    this.plan = plan;
    this.budget = budget;
  }

  long heapLimitBytes() {
    return plan.options().bytes().limitBytes();
  }

  /// As declared, aligned; 0 if nothing was.
  long largestTaskBytes() {
    return HeapSpace.alignedBytes(plan.options().bytes().largestTaskBytes());
  }

  void delivered() {
    deliveredCount++;
    isReportDue |= isReportAskedFor;
    isReportAskedFor = false;
  }

  /// Whether the engine must know that one more may be admitted.
  boolean isKnownToBeBelowMaxInFlight() {
    return isBelowMaxInFlight() && !isReportDue;
  }

  boolean isBelowMaxInFlight() {
    unsettled.removeIf(SimTask::isSettled);
    long early = plan.sequential() ? undecided.stream().filter(this::isOutOfTurn).count() : 0;
    return unsettled.size() + undelivered.size() + early < plan.options().maxInFlightCount();
  }

  void add(SimTask task) {
    admittedCount++;
    undecided.add(task);
    unsettled.add(task);
    admissions.put(TaskInternals.ticket(task.task), task);
    recent.add(task.task);
  }

  /// Whether a result was told before those of earlier tasks, as only the end of the run allows.
  boolean anyToldEarly;

  /// Whether the order of its results lets it wait for tasks before it.
  boolean isOutOfTurn(SimTask task) {
    return plan.sequential()
        && !stopped
        && task.slot.state().isTerminal()
        && task.slot.cause() == null
        && undecided.stream()
            .anyMatch(other -> other.order < task.order && !other.slot.state().isTerminal());
  }

  boolean isSettled() {
    return noMoreSources && undecided.isEmpty() && sources.stream().allMatch(s -> s.drained);
  }

  @Override
  public String toString() {
    return "run " + number + " (" + kind + ", " + mode + ")";
  }
}

package io.sluice.engine;

import io.sluice.error.AdmissionStalledException;
import io.sluice.error.Diagnosis;
import io.sluice.error.Diagnosis.Reason;
import io.sluice.task.RunId;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Ends waits for bytes that last too long where something outside might still have acted.
///
/// A claim's time starts when it begins to wait and again at each freed slab and each terminal task.
/// Time in which only its own run's results hold the bytes does not count, but is reported; nor does
/// time in which a task waits to be tried again.
///
/// **Confinement.** Owned by the scheduler's drain loop. It reads no clock: the shell tells the time.
final class AllocationClock {
  private static final long NEVER = Long.MAX_VALUE;

  private final Core core;
  private final Admission admission;
  private final Diagnoser diagnoser;
  private final Runs runs;
  private long dueNs = NEVER;

  /// Where all stood when somebody watched and the time began.
  private @Nullable Standing standing;

  AllocationClock(Core core, Admission admission, Diagnoser diagnoser, Runs runs) {
    this.core = core;
    this.admission = admission;
    this.diagnoser = diagnoser;
    this.runs = runs;
  }

  /// When it wants to be asked next; `Long.MAX_VALUE` if nothing waits.
  long dueNs() {
    return dueNs;
  }

  /// Looks for the nearest time if something has begun to wait and none is known.
  void lookIfDue() {
    if (dueNs != NEVER
        || core.config.allocationTimeoutNs() == EngineConfig.NO_TIMEOUT
        || !(core.clockDue || isWatched())) {
      return;
    }
    core.clockDue = false;
    long earliest = NEVER;
    for (Source source : waitingForBytes()) {
      earliest = Math.min(earliest, deadlineNs(source));
    }
    if (core.drainIsWaiting) {
      earliest = Math.min(earliest, drainDeadlineNs());
    }
    if (isWatched()) {
      standing = Standing.of(core, runs);
      earliest = Math.min(earliest, core.now() + core.config.allocationTimeoutNs());
    }
    dueNs = earliest;
    core.clockRuns = earliest != NEVER;
  }

  private boolean isWatched() {
    return core.openRunCount > 0 && core.effects.watched();
  }

  private long deadlineNs(Source source) {
    long since = Math.max(source.waitingSinceNs, core.lastProgressNs);
    return since + core.config.allocationTimeoutNs();
  }

  private long drainDeadlineNs() {
    long since = Math.max(core.drainReportedNs, core.lastProgressNs);
    return since + core.config.allocationTimeoutNs();
  }

  private List<Source> waitingForBytes() {
    List<Source> waiting = new ArrayList<>();
    for (Run run : admission.waitingRuns()) {
      for (Source source : run.waitingSources) {
        if (source.waitsForBytes) {
          waiting.add(source);
        }
      }
    }
    return waiting;
  }

  /// The timer fired, and a last try was made: ends or reports the waits that are over.
  void fired() {
    if (dueNs > core.now()) {
      return;
    }
    dueNs = NEVER;
    core.clockDue = true;
    restartWhileATaskRests();
    for (Source source : waitingForBytes()) {
      if (source.waitsForBytes && deadlineNs(source) <= core.now()) {
        expire(source);
      }
    }
    if (core.drainIsWaiting && drainDeadlineNs() <= core.now()) {
      core.drainReportedNs = core.now();
      report(null, diagnoser.drain());
    }
    if (isWatched() && !core.drainIsWaiting && Standing.of(core, runs).equals(standing)) {
      reportStandstill();
    }
  }

  /// Nothing has moved for all that time. Claims for bytes and drains are told of for themselves.
  private void reportStandstill() {
    Diagnosis diagnosis = diagnoser.overall();
    boolean moves = diagnosis.reason() == Reason.MOVING;
    if (waitingForBytes().isEmpty() && !moves) {
      report(null, diagnosis);
    }
  }

  /// What changes whenever something moves.
  private record Standing(
      long order,
      long refusedCount,
      long progressNs,
      long unsettledCount,
      long undeliveredCount,
      long openResultCount,
      long liveCount,
      long nextRunNumber) {
    static Standing of(Core core, Runs runs) {
      return new Standing(
          core.nextOrder,
          core.refusedCount,
          core.lastProgressNs,
          core.unsettledCount,
          runs.undeliveredCount(),
          core.openResultCount,
          core.slots.count(),
          core.nextRunNumber);
    }
  }

  /// A task that will be tried again may free bytes then, and when that is, is known.
  private void restartWhileATaskRests() {
    if (core.restingCount > 0) {
      core.progressed();
    }
  }

  private void expire(Source source) {
    Task task = source.waiting.element();
    Diagnosis diagnosis = diagnoser.claim(source);
    if (onlyOwnResultsHold(source)) {
      source.waitingSinceNs = core.now();
      report(source.run.id(), diagnosis);
      return;
    }
    admission.refuseWaiting(source, new AdmissionStalledException(task.name(), diagnosis));
  }

  private void report(@Nullable RunId run, Diagnosis diagnosis) {
    if (core.effects.watched()) {
      core.effects.happened(new TaskEvent.Stalled(run, diagnosis));
    }
  }

  /// Whether the claim would fit if its run's open results, and nothing else, let go.
  private boolean onlyOwnResultsHold(Source source) {
    Set<Long> ownResults = new HashSet<>();
    long ownBytes = 0;
    for (Map.Entry<Slot, Integer> hold : openResultHolds(source.run).entrySet()) {
      Slot slot = hold.getKey();
      if (hold.getValue() == slot.holdCount) {
        ownResults.add(slot.slabTicket);
        ownBytes += slot.run == source.run ? slot.slabBytes : 0;
      }
    }
    return !ownResults.isEmpty()
        && source.run.hasRoomFor(source.neededBytes - ownBytes)
        && core.heap.couldReserve(source.neededBytes, ticket -> !ownResults.contains(ticket));
  }

  /// How many open results of this run hold each slab. One whose turn has not come waits for a task
  /// of the run, and not for the subscriber: it does not count.
  private static IdentityHashMap<Slot, Integer> openResultHolds(Run run) {
    IdentityHashMap<Slot, Integer> holds = new IdentityHashMap<>();
    for (ResultHold result = run.firstResult; result != null; result = result.runNext) {
      for (Version version : result.versions) {
        if (result.slot.isDecided() && result.slot.turn() == null && version.owner != null) {
          holds.merge(version.owner, 1, Integer::sum);
        }
      }
    }
    return holds;
  }
}

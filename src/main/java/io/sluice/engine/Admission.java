package io.sluice.engine;

import io.sluice.error.AdmissionStalledException;
import io.sluice.error.SluiceException;
import io.sluice.task.RunId;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import java.util.Iterator;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/// Admits tasks as their bytes come free, and asks their sources for more.
///
/// Tasks wait first in, first out within a source. Sources are served in turn, first between runs,
/// then inside one. A claim that others have bypassed [EngineConfig#MAX_BYPASSES] times holds a
/// [Reservation], unless its own run's limit keeps it from its bytes.
///
/// **Bound.** `requested - admitted <= look-ahead` for each source, always. Where a run has declared its
/// largest task, it is asked for more only up to the free bytes divided by that, at least up to 1.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class Admission {
  private final Core core;
  private final TaskCheck check;
  private final Claims claims;
  private final Lifecycle lifecycle;
  private final Runs runs;
  private final Supply supply;
  private final Reservation reservation;
  private final SiblingTurns siblings;

  /// Runs with a source whose oldest task waits, in turn.
  private final LinkedHashSet<Run> waitingRuns = new LinkedHashSet<>();

  /// Sources whose oldest task has waited for bytes, in the order in which they began to.
  private final ByteQueue byteWaiters = new ByteQueue();

  /// No more than what any of them counts its bypasses from.
  private long leastBypassBase;

  /// No more bytes than any waiting claim needs, as of [#leastNeedStamp]; 0 if one may need none, or is
  /// kept from its bytes by more than the heap.
  private long leastNeedBytes;

  private long leastNeedStamp;

  Admission(
      Core core, TaskCheck check, Claims claims, Lifecycle lifecycle, Runs runs, Supply supply) {
    this.core = core;
    this.check = check;
    this.claims = claims;
    this.lifecycle = lifecycle;
    this.runs = runs;
    this.supply = supply;
    this.reservation = new Reservation(core);
    this.siblings = new SiblingTurns(core, reservation);
  }

  void open(Source source) {
    Run run = source.run;
    run.openSourceCount++;
    run.link(source);
    run.pulledSourceCount += source.pulled ? 1 : 0;
    runs.touch(run);
  }

  /// A task came. Ignored if its run has stopped.
  void submit(Source source, Task task) {
    if (source.closed || source.run.stopped) {
      return;
    }
    source.waiting.add(task);
    source.run.waitingCount++;
    source.run.requestedCount += source.pulled ? 0 : 1;
    if (source.inTurn) {
      return;
    }
    admitOldest(source);
    if (source.waiting.isEmpty()) {
      closeIfDrained(source);
    } else {
      takeTurn(source);
    }
  }

  /// No more tasks will come.
  void publisherEnded(Source source) {
    source.publisherEnded = true;
    closeIfDrained(source);
  }

  /// Forgets the waiting tasks of a source, which has ended.
  void withdraw(Source source) {
    if (source.closed || source.run.stopped) {
      return;
    }
    forgetWaiting(source);
    source.publisherEnded = true;
    lapse(source);
    leaveIfServed(source);
    closeIfDrained(source);
    core.admissionDue = true;
  }

  private void forgetWaiting(Source source) {
    source.run.waitingCount -= source.waiting.size();
    source.run.requestedCount -= source.pulled ? 0 : source.waiting.size();
    source.waiting.clear();
    source.noLongerWaitsForBytes();
    byteWaiters.remove(source);
  }

  private void takeTurn(Source source) {
    source.inTurn = true;
    source.scope.addWaitingClaims(1);
    if (source.run.waitingSources.isEmpty()) {
      waitingRuns.add(source.run);
    }
    source.run.waitingSources.add(source);
    noteNeed(source);
  }

  private void leaveIfServed(Source source) {
    if (source.waiting.isEmpty() && source.inTurn) {
      source.run.waitingSources.remove(source);
      served(source);
      if (source.run.waitingSources.isEmpty()) {
        waitingRuns.remove(source.run);
      }
    }
  }

  private void served(Source source) {
    source.inTurn = false;
    source.scope.addWaitingClaims(-1);
    closeIfDrained(source);
  }

  private void closeIfDrained(Source source) {
    if (source.publisherEnded && source.waiting.isEmpty() && !source.closed) {
      close(source);
      core.effects.sourceDrained(source);
    }
  }

  private void close(Source source) {
    source.closed = true;
    source.run.requestedCount -= source.outstandingCount();
    source.run.unlink(source);
    source.run.pulledSourceCount -= source.pulled ? 1 : 0;
    source.run.openSourceCount--;
    if (source.endsScope) {
      lifecycle.endScope(source.scope);
    }
    runs.touch(source.run);
  }

  /// Serves waiting sources while any can be served.
  void pump() {
    while (core.admissionDue && !waitingRuns.isEmpty()) {
      core.admissionDue = false;
      reservation.reconsider();
      siblings.reconsider();
      while (serveOneRun()) {
        lifecycle.workOff();
      }
      reserveForOldest();
    }
  }

  /// Serves the first run, from the one whose turn it is, that can be served; its next turn comes
  /// after all others'.
  private boolean serveOneRun() {
    Run served = firstServed();
    if (served != null && (waitingRuns.size() > 1 || served.waitingSources.isEmpty())) {
      goToTheEnd(served);
    }
    return served != null;
  }

  private void goToTheEnd(Run run) {
    if (waitingRuns.remove(run) && !run.waitingSources.isEmpty()) {
      waitingRuns.add(run);
    }
  }

  private @Nullable Run firstServed() {
    if (allNeedBytes()) {
      return core.heap.largestFreeRunBytes() < leastNeedBytes ? null : firstOfThoseThatMay();
    }
    return firstOfAll();
  }

  private boolean allNeedBytes() {
    return leastNeedBytes > 0 && leastNeedStamp == core.mapStamp;
  }

  /// While bytes are kept for a source, nobody else may take any.
  private @Nullable Run firstOfThoseThatMay() {
    Source holder = reservation.holder();
    return holder == null ? firstOfAll() : serve(holder) ? holder.run : null;
  }

  private boolean serve(Source source) {
    if (!source.run.isBelowMaxInFlight() || !admitOldest(source)) {
      return false;
    }
    if (source.inTurn) {
      source.run.waitingSources.remove(source);
      goToTheEnd(source);
    }
    return true;
  }

  private @Nullable Run firstOfAll() {
    boolean all = true;
    for (Run run : waitingRuns) {
      if (!run.isBelowMaxInFlight()) {
        all = false;
      } else if (serveOneSource(run)) {
        return run;
      }
    }
    noteLeastNeed(all);
    return null;
  }

  /// Nobody was served: as long as nothing changes what they need, and no free run is as long as the
  /// least of it, nobody will be.
  private void noteLeastNeed(boolean all) {
    leastNeedBytes = all ? Long.MAX_VALUE : 0;
    leastNeedStamp = core.mapStamp;
    if (all) {
      waitingRuns.forEach(run -> run.waitingSources.forEach(this::noteNeed));
    }
  }

  /// One more oldest task waits.
  private void noteNeed(Source source) {
    boolean isKnown = source.waitsForBytes && source.neededAtStamp == leastNeedStamp;
    boolean waitsForHeap =
        isKnown && source.run.hasRoomFor(source.neededBytes) && !siblings.block(source);
    leastNeedBytes = Math.min(leastNeedBytes, waitsForHeap ? source.neededBytes : 0);
  }

  /// Serves the first of the run's sources, from the one whose turn it is, that can be served; its
  /// next turn comes after all others'.
  private boolean serveOneSource(Run run) {
    for (Iterator<Source> sources = run.waitingSources.iterator(); sources.hasNext(); ) {
      Source source = sources.next();
      if (admitOldest(source)) {
        if (source.inTurn && run.waitingSources.size() == 1 && !source.waiting.isEmpty()) {
          leastNeedBytes = 0;
        } else if (source.inTurn) {
          sources.remove();
          goToTheEnd(source);
        }
        return true;
      }
    }
    return false;
  }

  private void goToTheEnd(Source source) {
    if (source.waiting.isEmpty()) {
      served(source);
    } else {
      source.run.waitingSources.add(source);
      leastNeedBytes = 0;
    }
  }

  /// Admits or refuses the oldest task of a source.
  ///
  /// @return whether it did either
  private boolean admitOldest(Source source) {
    Task task = source.waiting.peek();
    if (task == null || !source.run.isBelowMaxInFlight()) {
      return false;
    }
    try {
      return tryAdmit(source, task);
    } catch (SluiceException error) {
      refuse(source, error);
      return true;
    }
  }

  private boolean tryAdmit(Source source, Task task) {
    if (source.neededAtStamp != core.mapStamp) {
      source.neededBytes = check.neededBytes(task, source.run);
      source.neededAtStamp = core.mapStamp;
      source.watches = false;
    }
    boolean mayNot = source.neededBytes > 0 && mayNotTakeBytes(source);
    if (mayNot || claims.tryClaim(source, task, source.neededBytes) == null) {
      waitForBytes(source);
      watch(source, task);
      return false;
    }
    handled(source);
    return true;
  }

  private void watch(Source source, Task task) {
    if (!source.watches) {
      source.watches = true;
      check.watch(task);
    }
  }

  private boolean mayNotTakeBytes(Source source) {
    boolean hasRoom = source.run.hasRoomFor(source.neededBytes);
    if (hasRoom && !siblings.block(source)) {
      return reservation.blocks(source);
    }
    // What its own run holds back is not bypassed by others: bytes must not be kept for it.
    source.bypassBase = core.byteClaimCount;
    if (!hasRoom) {
      siblings.passed(source);
    }
    return true;
  }

  private void lapse(Source source) {
    reservation.lapse(source);
    siblings.lapse(source);
  }

  private void waitForBytes(Source source) {
    if (source.waitsForBytes) {
      return;
    }
    source.beginToWaitForBytes();
    source.waitingSinceNs = core.now();
    if (!source.inByteQueue) {
      source.bypassBase = core.byteClaimCount;
      source.siblingBase = source.run.byteClaimCount;
      byteWaiters.add(source);
    }
    core.stallCheckDue = true;
    core.clockDue = true;
  }

  private void handled(Source source) {
    if (source.waiting.poll() == null) {
      // Its own failure has stopped the run, which forgot it as one that waits.
      source.run.requestedCount++;
    } else {
      source.run.waitingCount--;
    }
    source.handledCount++;
    source.noLongerWaitsForBytes();
    source.neededAtStamp = -1;
    byteWaiters.remove(source);
    lapse(source);
    runs.touch(source.run);
    if (source.run.bytesWaiterCount > 0 && !source.run.isBelowMaxInFlight()) {
      pauseWaits(source.run);
    }
  }

  /// At its maximum in flight a run waits for that, and no longer for bytes: its claims can't stall,
  /// expire or keep bytes from others. They go on
  /// waiting for bytes when it is below again.
  private void pauseWaits(Run run) {
    for (Source source : run.waitingSources) {
      source.noLongerWaitsForBytes();
      lapse(source);
    }
    leastNeedBytes = 0;
  }

  /// Refuses the oldest task of a source; it has taken nothing.
  void refuse(Source source, SluiceException error) {
    Task task = source.waiting.peek();
    if (task == null) {
      return;
    }
    error.belongsTo(source.run.id().name());
    handled(source);
    core.refusedCount++;
    source.run.refusedCount++;
    claims.poisonOutputs(task, error);
    core.effects.refused(source, task, error);
    if (core.effects.watched()) {
      tell(source.run.id(), task, error);
    }
    runs.refused(source.run, error);
  }

  private void tell(RunId run, Task task, SluiceException error) {
    if (error instanceof AdmissionStalledException stalled) {
      core.effects.happened(new TaskEvent.Stalled(run, stalled.diagnosis()));
    }
    core.effects.happened(new TaskEvent.Refused(task.name(), run, Lifecycle.kernelOf(task), error));
  }

  /// Refuses the oldest task of a source that is not being served now.
  void refuseWaiting(Source source, SluiceException error) {
    refuse(source, error);
    if (!source.run.stopped) {
      leaveIfServed(source);
    }
    core.admissionDue = true;
  }

  /// Asks the publishers of a run for as many tasks as the look-ahead allows, unless it has plenty.
  void topUp(Run run) {
    if (run.pulledSourceCount == 0 || supply.suffices(run)) {
      return;
    }
    for (Source source = run.firstSource; source != null; source = source.runNext) {
      long count = source.lookAheadCount(core.heap.freeBytes()) - source.outstandingCount();
      if (count > 0 && source.pulled && !source.publisherEnded && run.isBelowMaxInFlight()) {
        source.requestedCount += count;
        run.requestedCount += count;
        core.effects.demand(source, count);
      }
    }
  }

  /// Forgets the waiting tasks of a run that has stopped, and closes its sources.
  void drop(Run run) {
    for (Source source = run.firstSource; source != null; source = run.firstSource) {
      forgetWaiting(source);
      lapse(source);
      if (source.inTurn) {
        source.inTurn = false;
        source.scope.addWaitingClaims(-1);
      }
      source.closed = true;
      run.requestedCount -= source.outstandingCount();
      run.unlink(source);
    }
    run.pulledSourceCount = 0;
    run.waitingSources.clear();
    waitingRuns.remove(run);
    core.admissionDue = true;
  }

  /// Whoever could free bytes now is outside: none are kept for anybody.
  void nothingRuns() {
    reservation.lapse();
    siblings.nothingRuns();
  }

  private void reserveForOldest() {
    if (core.byteClaimCount - leastBypassBase < EngineConfig.MAX_BYPASSES) {
      return;
    }
    long least = core.byteClaimCount;
    for (Source source = byteWaiters.first(); source != null; source = source.byteQueueNext) {
      if (isBypassed(source)) {
        reservation.tryHold(source);
        return;
      }
      least = Math.min(least, source.bypassBase);
    }
    leastBypassBase = least;
  }

  private boolean isBypassed(Source source) {
    return source.waitsForBytes
        && source.run.hasRoomFor(source.neededBytes)
        && !siblings.block(source)
        && core.byteClaimCount - source.bypassBase >= EngineConfig.MAX_BYPASSES;
  }

  Iterable<Run> waitingRuns() {
    return waitingRuns;
  }

  boolean isIdle() {
    return waitingRuns.isEmpty();
  }

  Reservation reservation() {
    return reservation;
  }

  Supply supply() {
    return supply;
  }

  /// Whether bytes are kept from it, for another source of its run or of all.
  boolean isKeptFromBytes(Source source) {
    return siblings.block(source) || reservation.blocks(source);
  }

  /// The source whose oldest task has waited for bytes longest; null if none waits for bytes.
  @Nullable Source longestWaiting() {
    return byteWaiters.firstThatWaits();
  }
}

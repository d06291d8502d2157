package io.sluice.worker;

import java.util.concurrent.atomic.AtomicReference;

/// The state of one worker, shared between it and those who hand it items.
///
/// **Order.** A sleeper announces itself and then looks into the inboxes; a dispatcher stores the
/// item and then looks for sleepers. Both are volatile on both sides, so at least one of them sees
/// the other; with anything weaker both can miss, and the item lies there until the next one.
///
/// | step | by | access |
/// | --- | --- | --- |
/// | [#search], [#goAway], [#announceSleep], [#end] | the worker | volatile: it looks around next |
/// | [#runOwn] | the worker | release: the next item for it comes after this one's completion |
/// | [#wake], [#markAway] | anyone | compare and set |
final class WorkerStatus {
  private final AtomicReference<WorkerState> state = new AtomicReference<>(WorkerState.NEW);

  WorkerState get() {
    return state.get();
  }

  void search() {
    state.set(WorkerState.SEARCHING);
  }

  void runOwn() {
    if (state.getPlain() != WorkerState.RUNNING) {
      state.setRelease(WorkerState.RUNNING);
    }
  }

  void goAway() {
    state.set(WorkerState.AWAY);
  }

  void announceSleep() {
    state.set(WorkerState.PARKED);
  }

  void end() {
    state.set(WorkerState.ENDED);
  }

  boolean isParked() {
    return state.get() == WorkerState.PARKED;
  }

  boolean isAway() {
    return state.get() == WorkerState.AWAY;
  }

  /// Whether the caller is the one who ended this sleep.
  boolean wake() {
    return state.compareAndSet(WorkerState.PARKED, WorkerState.SEARCHING);
  }

  /// Whether the caller is the one who starts the thread.
  boolean start() {
    return state.compareAndSet(WorkerState.NEW, WorkerState.SEARCHING);
  }

  void failedToStart() {
    state.set(WorkerState.NEW);
  }

  boolean endBeforeStart() {
    return state.compareAndSet(WorkerState.NEW, WorkerState.ENDED);
  }

  void markAway() {
    state.compareAndSet(WorkerState.RUNNING, WorkerState.AWAY);
  }
}

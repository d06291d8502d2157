package io.sluice.engine;

/// What follows from an event: who may be admitted, what can start, which runs may ask for more or have ended, who
/// is stalled, when the timer is needed.
///
/// To look for all that costs more than most events do by themselves, so whoever tells of many in a row has it done
/// once for a row. What was decided settles at once all the same: that is told, and frees bytes, but starts nothing.
///
/// **Order.** A task that comes behind an event of its row must not take bytes before those who wait for them: these are
/// served first.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class FollowUps {
  private final Core core;
  private final Lifecycle lifecycle;
  private final Admission admission;
  private final Dispatcher dispatcher;
  private final Runs runs;
  private final StallFinder stalls;
  private final Alarm alarm;

  /// Whether rows of events are worked off together.
  private boolean gathers;

  /// Whether the last events have not been worked off.
  private boolean isBehind;

  FollowUps(
      Core core,
      Lifecycle lifecycle,
      Admission admission,
      Dispatcher dispatcher,
      Runs runs,
      StallFinder stalls,
      Alarm alarm) {
    this.core = core;
    this.lifecycle = lifecycle;
    this.admission = admission;
    this.dispatcher = dispatcher;
    this.runs = runs;
    this.stalls = stalls;
    this.alarm = alarm;
  }

  /// From now on [#workOffLater] waits for the next [#workOff] or [#catchUp].
  void gather() {
    gathers = true;
  }

  /// For an event that may be one of a row.
  void workOffLater() {
    if (gathers) {
      lifecycle.workOff();
      isBehind = true;
    } else {
      workOff();
    }
  }

  void catchUp() {
    if (isBehind) {
      workOff();
    }
  }

  /// Before a task comes that may be admitted at once.
  void letThoseWaitingGoFirst() {
    if (isBehind && core.admissionDue && !admission.isIdle()) {
      workOff();
    }
  }

  void workOff() {
    isBehind = false;
    do {
      workOffOnce();
    } while (stalls.refuseOneIfDue());
    alarm.armIfDue();
  }

  private void workOffOnce() {
    do {
      lifecycle.workOff();
      admission.pump();
      dispatcher.assign();
      if (!dispatcher.movesByItself()) {
        admission.nothingRuns();
      }
      runs.workOff();
    } while (lifecycle.hasWork() || (core.admissionDue && !admission.isIdle()));
  }
}

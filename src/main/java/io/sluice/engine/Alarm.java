package io.sluice.engine;

/// The one timer of the engine, shared by [Deadlines] and the [AllocationClock]: always set for the
/// nearest of their times, or an earlier one.
///
/// It is not set back where a time falls away: a timer that fires for nothing costs less than one that
/// is set anew with each task that completes in time.
///
/// **Confinement.** Owned by the scheduler's drain loop. It reads no clock: the shell tells the time.
final class Alarm {
  private static final long NEVER = Long.MAX_VALUE;

  private final Core core;
  private final Deadlines deadlines;
  private final AllocationClock clock;
  private long armedNs = NEVER;

  /// Whether it has just fired, and what is due is being worked off.
  private boolean isRinging;

  Alarm(Core core, Deadlines deadlines, AllocationClock clock) {
    this.core = core;
    this.deadlines = deadlines;
    this.clock = clock;
  }

  /// Has the timer set if something is due before it would fire.
  void armIfDue() {
    if (isRinging) {
      return;
    }
    clock.lookIfDue();
    long earliestNs = Math.min(deadlines.earliestNs(), clock.dueNs());
    if (earliestNs < armedNs) {
      armedNs = earliestNs;
      core.effects.armTimer(earliestNs);
    }
  }

  /// The timer fired; it is set again by [#rung].
  void ring() {
    isRinging = true;
    armedNs = NEVER;
  }

  void rung() {
    isRinging = false;
    armIfDue();
  }
}

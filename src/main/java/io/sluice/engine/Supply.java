package io.sluice.engine;

/// Whether a run has as many short tasks in hand as are of use, so that its publishers needn't be asked for more
/// yet.
///
/// Short tasks are left to one worker ([WakeUps]), and are done sooner if few of them are alive: what the engine
/// keeps for thousands lies outside the caches whenever it is touched. So a run that has
/// [EngineConfig#plentyCount()] of them is asked for more when half of these are left, and not before.
///
/// That holds only while one of them is sure to end within a moment, since that asks again: one runs, or is
/// ready, nobody is held up, and who might be is watched over. A run that has had a task for another pool
/// is asked for as many as its look-ahead allows, always: its short tasks must not keep other workers idle.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class Supply {
  private final Core core;
  private final Dispatcher dispatcher;

  Supply(Core core, Dispatcher dispatcher) {
    this.core = core;
    this.dispatcher = dispatcher;
  }

  boolean suffices(Run run) {
    int plenty = core.config.plentyCount();
    if (run.undecidedCount <= plenty / 2 || run.usesOtherPools) {
      run.hasPlenty = false;
      return false;
    }
    run.hasPlenty |= run.undecidedCount >= plenty;
    return run.hasPlenty && dispatcher.endsOneSoon(run);
  }
}

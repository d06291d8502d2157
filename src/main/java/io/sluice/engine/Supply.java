package io.sluice.engine;

import java.util.LinkedHashSet;
import java.util.Set;

/// Whether a run has as many short tasks in hand as are of use, so that its publishers needn't be asked for more
/// yet.
///
/// Short tasks are left to one worker ([WakeUps]), and are done sooner if few of them are alive: what the engine
/// keeps for thousands lies outside the caches whenever it is touched. So a run that has
/// [EngineConfig#plentyCount()] of them is asked for more when half of these are left, and not before.
///
/// That holds only while one of them is sure to end within a moment, since that asks again: one runs, or is
/// ready, nobody is held up, and an idle worker watches over who might be. When that lapses, all such runs are asked
/// at once. A run that has had a task for another pool is asked for as many as its look-ahead allows, always: its
/// short tasks must not keep other workers idle.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class Supply {
  private final Core core;
  private final Dispatcher dispatcher;

  /// Open runs that were found to have enough since the last lapse.
  private final Set<Run> supplied = new LinkedHashSet<>();

  Supply(Core core, Dispatcher dispatcher) {
    this.core = core;
    this.dispatcher = dispatcher;
  }

  boolean suffices(Run run) {
    int plenty = core.config.plentyCount();
    run.hasPlenty =
        !run.usesOtherPools
            && (run.undecidedCount >= plenty || (run.hasPlenty && run.undecidedCount > plenty / 2));
    boolean endsSoon =
        !run.usesOtherPools
            && run.undecidedCount >= plenty / 4
            && dispatcher.endsAnySoon()
            && dispatcher.moves(run);
    if (endsSoon) {
      dispatcher.countOnShortTasks();
    }
    if (run.hasPlenty && endsSoon) {
      relyOnThoseInHand(run);
      return true;
    }
    return false;
  }

  private void relyOnThoseInHand(Run run) {
    if (!run.isSupplied) {
      run.isSupplied = true;
      supplied.add(run);
    }
  }

  /// The run is closed.
  void forget(Run run) {
    if (run.isSupplied) {
      supplied.remove(run);
    }
  }

  /// Has runs that had enough looked at again if nothing is sure to end within a moment any more.
  void lapseIfDue(Runs runs) {
    if (!supplied.isEmpty() && !dispatcher.endsAnySoon()) {
      for (Run run : supplied) {
        run.isSupplied = false;
        runs.touch(run);
      }
      supplied.clear();
    }
  }
}

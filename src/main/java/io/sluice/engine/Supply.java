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
/// The same certainty, from a quarter of that count on, is what new tasks go along with: see [Engine#leavesShortTasks].
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

  /// Whether the run needn't be asked for more. If one of its tasks ends soon, it is counted on from here on, for what
  /// comes to go along with.
  boolean suffices(Run run) {
    noteWhetherPlenty(run);
    if (!endsAnySoon(run)) {
      return false;
    }
    dispatcher.countOnShortTasks();
    if (run.hasPlenty) {
      relyOnThoseInHand(run);
    }
    return run.hasPlenty;
  }

  private void noteWhetherPlenty(Run run) {
    int plenty = core.config.plentyCount();
    boolean isBetween = run.hasPlenty && run.undecidedCount > plenty / 2;
    run.hasPlenty = !run.usesOtherPools && (isBetween || run.undecidedCount >= plenty);
  }

  /// Not where few are left, for whom nobody is to be woken to watch.
  private boolean endsAnySoon(Run run) {
    return !run.usesOtherPools
        && run.undecidedCount >= core.config.plentyCount() / 4
        && dispatcher.endsAnySoon()
        && dispatcher.moves(run);
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

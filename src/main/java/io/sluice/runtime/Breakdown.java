package io.sluice.runtime;

import io.sluice.engine.Engine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What becomes of a runtime whose engine has thrown, which is a bug or the end of stack or memory:
/// nobody may be left hanging on a state that can't be trusted. Open runs and waiting drains fail, and
/// no more are taken.
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | `untold` | the drain | plain |
/// | `error` | the drain writes | volatile |
final class Breakdown {
  private static final Logger LOG = LoggerFactory.getLogger(Breakdown.class);

  private final Shell shell;
  private final Engine engine;
  private final Disposal disposal;

  /// What the engine threw, until all runs have been told or that has thrown twice.
  private @Nullable Throwable untold;

  private volatile @Nullable IllegalStateException error;

  Breakdown(Shell shell, Engine engine, Disposal disposal) {
    this.shell = shell;
    this.engine = engine;
    this.disposal = disposal;
  }

  /// What all runs fail with; null as long as the engine works.
  @Nullable IllegalStateException error() {
    return error;
  }

  /// In the drain. Once is enough, and what follows is likely to throw as well.
  ///
  /// Where even telling throws, as at the end of the poster's stack, that goes on to the caller, and
  /// [#tellLeft] tries it once more in the next drain.
  void happened(Throwable failure) {
    if (error == null) {
      untold = failure;
      tell(failure);
      untold = null;
    }
  }

  /// In the drain, before an event is applied.
  void tellLeft() {
    Throwable failure = untold;
    if (failure != null) {
      untold = null;
      tell(failure);
    }
  }

  private void tell(Throwable failure) {
    IllegalStateException bug =
        new IllegalStateException(
            "the scheduler failed, which is a bug in Sluice; make a new runtime", failure);
    error = bug;
    disposal.refuse();
    Outbox outbox = shell.outbox();
    outbox.add(() -> LOG.error("all open runs fail with this", bug));
    try {
      engine.failAll(run -> bug);
    } catch (Throwable again) {
      bug.addSuppressed(again);
    }
    engine.giveUp(bug);
    for (Object waiter : engine.giveUpDrains()) {
      outbox.add(() -> ((DrainMono.Waiter<?>) waiter).fail(bug));
    }
  }
}

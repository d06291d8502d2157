package io.sluice.worker;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/// Tells BlockHound where threads that must not block may wait all the same: workers of compute pools for
/// work, and whoever hands something to an executor of the runtime's own for the executor's lock. Found by
/// BlockHound itself, as a service.
///
/// All of these are methods of Sluice's, under which no user's code runs: executors of the JDK's and
/// schedulers that others made are watched as if Sluice were not there. Kernels, and what is called from signals, are watched, because compute threads are
/// [reactor.core.scheduler.NonBlocking].
public final class ParkingPlaces implements BlockHoundIntegration {
  @Override
  public void applyTo(BlockHound.Builder builder) {
    builder
        .allowBlockingCallsInside(Worker.class.getName(), "park")
        .allowBlockingCallsInside(Worker.class.getName(), "hesitate")
        .allowBlockingCallsInside(InterruptGate.class.getName(), "leave");
    allowExecutors(builder);
  }

  /// Executors of the JDK's have locks, each held for some lines of theirs. The innermost method that is
  /// named here decides: so items, and whoever is told of the end, are watched inside as well.
  private static void allowExecutors(BlockHound.Builder builder) {
    builder
        .allowBlockingCallsInside(AsyncPool.class.getName(), "queue")
        .allowBlockingCallsInside(AsyncPool.class.getName(), "close")
        .allowBlockingCallsInside(AsyncPool.class.getName() + "$Starter", "loop")
        .disallowBlockingCallsInside(AsyncPool.class.getName() + "$Item", "run")
        .disallowBlockingCallsInside(AsyncPool.class.getName(), "letGo")
        .allowBlockingCallsInside("io.sluice.runtime.Overflow", "execute")
        .allowBlockingCallsInside("io.sluice.runtime.Overflow", "retire")
        .allowBlockingCallsInside("io.sluice.runtime.Timers", "ownTimer")
        .allowBlockingCallsInside("io.sluice.runtime.Timers", "disposeOwn");
  }
}

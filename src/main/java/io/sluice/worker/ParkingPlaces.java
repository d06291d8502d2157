package io.sluice.worker;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/// Tells BlockHound where threads that must not block may wait all the same: workers of compute pools for
/// work, and whoever hands something to an executor of the runtime's for the executor's lock. Found by
/// BlockHound itself, as a service.
///
/// All of these are leaves, under which no user's code runs, but for the timers of a scheduler that was
/// given. Kernels, and what is called from signals, are watched, because compute threads are
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

  /// Executors of the JDK's have locks, each held for some lines of theirs.
  private static void allowExecutors(BlockHound.Builder builder) {
    builder
        .allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "getTask")
        .allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "processWorkerExit")
        .allowBlockingCallsInside(AsyncPool.class.getName(), "dispatch")
        .allowBlockingCallsInside(AsyncPool.class.getName(), "close")
        .allowBlockingCallsInside("io.sluice.runtime.Overflow", "execute")
        .allowBlockingCallsInside("io.sluice.runtime.Overflow", "retire")
        .allowBlockingCallsInside("io.sluice.runtime.Timers", "at")
        .allowBlockingCallsInside("io.sluice.runtime.Timers", "dispose");
  }
}

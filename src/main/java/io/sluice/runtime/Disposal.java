package io.sluice.runtime;

import io.sluice.engine.Engine;
import io.sluice.error.RuntimeDisposedException;
import io.sluice.worker.WorkerPool;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// The end of a runtime.
///
/// ```
/// refusing ─▶ begun ─▶ failed ─▶ released ─▶ terminated
/// no more     no way   open runs no kernel   threads have ended,
/// runs        back     failed    runs        the heap is unmapped
/// ```
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | `failed` | the drain | plain |
/// | `released` | the drain writes | volatile |
/// | `refusing`, `begun` | whoever disposes | volatile |
final class Disposal {
  private static final Logger LOG = LoggerFactory.getLogger(Disposal.class);

  private final Shell shell;
  private final List<WorkerPool> pools;
  private final Timers timers;
  private final Overflow overflow;
  private final AtomicInteger livePools;
  private final AtomicBoolean begun = new AtomicBoolean();
  private final Sinks.Empty<Void> terminated = Sinks.empty();
  private volatile boolean refusing;
  private volatile boolean released;
  private boolean failed;

  Disposal(Shell shell, List<WorkerPool> pools, Timers timers, Overflow overflow) {
    this.shell = shell;
    this.pools = pools;
    this.timers = timers;
    this.overflow = overflow;
    this.livePools = new AtomicInteger(pools.size());
  }

  /// Has no more runs taken.
  void refuse() {
    refusing = true;
  }

  boolean isRefusing() {
    return refusing;
  }

  /// Fails all open runs, and gives everything back once the last kernel has returned. Does not wait.
  void dispose() {
    refusing = true;
    if (begun.compareAndSet(false, true)) {
      shell.post(this::failAll);
    }
  }

  private void failAll(Engine engine) {
    failed = true;
    engine.failAll(
        run -> errorOf(run.name(), "the runtime was disposed of while the run was open"));
  }

  /// @param runName of the run whose error it is; null if that has none
  static RuntimeDisposedException errorOf(@Nullable String runName, String message) {
    RuntimeDisposedException error = new RuntimeDisposedException(message);
    error.belongsTo(runName);
    return error;
  }

  /// Takes no more runs, waits for quiescence for so long, then disposes; resolves when all is given
  /// back.
  Mono<Void> disposeGracefully(Duration timeout) {
    return NamedStep.of(
        "disposeGracefully",
        Mono.defer(
            () -> {
              refusing = true;
              return Mono.firstWithSignal(
                  terminated.asMono(),
                  quiet(timeout).then(Mono.fromRunnable(this::dispose)).then(terminated.asMono()));
            }));
  }

  /// Resolves at quiescence, or after so long; at once if the timers are gone, as behind a disposal,
  /// or if the engine has failed.
  private Mono<Void> quiet(Duration timeout) {
    return shell
        .drain(totals -> totals)
        .then()
        .timeout(timeout, Mono.empty(), timers.scheduler())
        .onErrorComplete();
  }

  boolean hasBegun() {
    return begun.get();
  }

  /// Resolves when the runtime was disposed of and everything is given back.
  Mono<Void> onTerminated() {
    return terminated.asMono();
  }

  /// Whether the bytes are gone.
  boolean isReleased() {
    return released;
  }

  /// In the drain, whenever it comes to rest.
  void idle(int executingCount) {
    if (failed && !released && executingCount == 0) {
      released = true;
      shell.outbox().add(this::release);
    }
  }

  /// The engine has come to rest behind a disposal: ends the threads, then frees what they may touch.
  private void release() {
    attempt("the timers", timers::dispose);
    attempt("the executor", overflow::retire);
    attempt("the listeners", shell::endWatching);
    for (WorkerPool pool : pools) {
      pool.close();
      var _ = pool.terminated().thenRun(this::poolEnded);
    }
  }

  /// A timer of a scheduler that was given may throw; the heap must come back all the same.
  private static void attempt(String what, Runnable step) {
    try {
      step.run();
    } catch (Throwable failure) {
      UserFault.log(LOG, "ending {} of a runtime threw", what, failure);
    }
  }

  private void poolEnded() {
    if (livePools.decrementAndGet() == 0) {
      free();
    }
  }

  private void free() {
    try {
      shell.unmap();
      terminated.tryEmitEmpty().orThrow();
    } catch (IllegalStateException inUse) {
      LOG.debug("the heap is in use by an operation of the user's; trying again", inUse);
      CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS, overflow).execute(this::free);
    }
  }
}

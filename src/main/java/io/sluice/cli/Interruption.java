package io.sluice.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// A signal that ends the process, such as that of Ctrl-C: a command that asked for it is told, and may
/// write what it has before the JVM ends, which waits so long, within a bound. The exit code is the signal's.
///
/// **Threads.** The command's, and one that the JVM starts at the signal.
final class Interruption implements AutoCloseable {
  private static final Duration BOUND = Duration.ofSeconds(30);

  private final AtomicBoolean told = new AtomicBoolean();
  private final Sinks.Empty<Void> signal = Sinks.empty();
  private final CountDownLatch ended = new CountDownLatch(1);
  private @Nullable Thread hook;

  /// Completes at the signal, which is caught from now on.
  Mono<Void> caught() {
    if (hook == null) {
      hook = Thread.ofPlatform().name("sluice-interruption").unstarted(this::tellAndWait);
      try {
        Runtime.getRuntime().addShutdownHook(hook);
      } catch (IllegalStateException _) {
        tell(); // the signal was here before
      }
    }
    return signal.asMono();
  }

  private void tellAndWait() {
    tell();
    try {
      var _ = ended.await(BOUND.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell() {
    told.set(true);
    var _ = signal.tryEmitEmpty();
  }

  boolean isTold() {
    return told.get();
  }

  /// The command has written all that it has to say.
  @Override
  public void close() {
    ended.countDown();
    if (hook != null && !told.get()) {
      try {
        var _ = Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException _) {
        // it runs by now, and ends
      }
    }
  }
}

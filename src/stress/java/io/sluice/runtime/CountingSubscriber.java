package io.sluice.runtime;

import io.sluice.error.UpstreamProtocolException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import reactor.util.context.Context;

/// Counts what gets through the check.
final class CountingSubscriber extends CheckingSubscriber<Object> {
  /// Nobody is to be told of what comes too late.
  private static final Context SILENT =
      Context.of(
          "reactor.onErrorDropped.local",
          (Consumer<Throwable>) late -> {},
          "reactor.onNextDropped.local",
          (Consumer<Object>) late -> {});

  final AtomicInteger takenCount = new AtomicInteger();
  final AtomicInteger completedCount = new AtomicInteger();
  final AtomicInteger failedCount = new AtomicInteger();
  final AtomicInteger brokenCount = new AtomicInteger();

  CountingSubscriber() {
    super("elements");
  }

  @Override
  String publisherName() {
    return "the publisher";
  }

  @Override
  void take(Object element) {
    takenCount.incrementAndGet();
  }

  @Override
  void publisherCompleted() {
    completedCount.incrementAndGet();
  }

  @Override
  void publisherFailed(Throwable error) {
    failedCount.incrementAndGet();
  }

  @Override
  void ruleBroken(UpstreamProtocolException error) {
    brokenCount.incrementAndGet();
  }

  @Override
  public Context currentContext() {
    return SILENT;
  }

  @Override
  Object target() {
    return this;
  }
}

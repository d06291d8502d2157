package io.sluice.tck;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.junit5.PublisherVerification;
import reactor.test.StepVerifier;

/// The Reactive Streams TCK over each public publisher, but for `events()`, which is hot.
@ParameterizedClass
@EnumSource
class PublisherTckTest extends PublisherVerification<Object> {
  private static final Duration BOUND = Duration.ofSeconds(30);

  @Parameter private PublisherKind kind;

  /// One worker, so that the order of results is that of the tasks.
  private final Sluice sluice =
      Sluice.builder().heap(DataSize.kibibytes(8)).threads("cpu", 1).build();

  @RegisterExtension private final ExplainedSkips skips = new ExplainedSkips(() -> kind.skips);

  PublisherTckTest() {
    super(Tck.environment());
  }

  @AfterEach
  void disposeOfTheRuntime() {
    sluice.dispose();
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
  }

  /// The TCK waits for a fixed time, which is too long for most machines and too short for a busy one.
  @Test
  @Override
  public void
      required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber()
          throws Throwable {
    activePublisherTest(
        Math.min(kind.mostElements, 3),
        false,
        publisher -> Tck.awaitCollected(cancelledSubscriberTo(publisher)));
  }

  private Reference<?> cancelledSubscriberTo(Publisher<Object> publisher)
      throws InterruptedException {
    var subscriber = Tck.environment().newManualSubscriber(publisher);
    if (kind.mostElements > 1) {
      subscriber.requestNextElement();
    }
    subscriber.cancel();
    return new WeakReference<>(subscriber);
  }

  /// The kit lets a test pass that it gives up.
  @Override
  public void notVerified(String why) {
    throw new TestAbortedException(why);
  }

  @Override
  public long maxElementsFromPublisher() {
    return kind.mostElements;
  }

  @Override
  @SuppressWarnings("unchecked")
  public Publisher<Object> createPublisher(long elements) {
    return (Publisher<Object>) kind.emitting(sluice, elements);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Publisher<Object> createFailedPublisher() {
    return (Publisher<Object>) kind.failed(sluice);
  }
}

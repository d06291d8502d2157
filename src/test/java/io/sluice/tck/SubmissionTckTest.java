package io.sluice.tck;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.reactivestreams.tck.junit5.SubscriberWhiteboxVerification;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.test.StepVerifier;

/// The Reactive Streams TCK over the side that takes what users' publishers emit.
@ParameterizedClass
@EnumSource
class SubmissionTckTest extends SubscriberWhiteboxVerification<Object> {
  private static final Duration BOUND = Duration.ofSeconds(30);

  @Parameter private SubmissionKind kind;

  private final Disposable.Swap run = Disposables.swap();
  private final Sluice sluice =
      Sluice.builder().heap(DataSize.kibibytes(8)).threads("cpu", 1).build();

  SubmissionTckTest() {
    super(Tck.environment());
  }

  @AfterEach
  void disposeOfTheRuntime() {
    run.dispose();
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
  }

  @Override
  public Object createElement(int element) {
    return kind.element(element);
  }

  @Override
  public Subscriber<Object> createSubscriber(WhiteboxSubscriberProbe<Object> probe) {
    CompletableFuture<Subscriber<Object>> subscribed = new CompletableFuture<>();
    var _ = run.update(kind.submit(sluice, subscribed::complete).subscribe(r -> {}, e -> {}));
    Subscriber<Object> subscriber = subscribed.orTimeout(10, TimeUnit.SECONDS).join();
    return new Probed(subscriber, probe, run);
  }

  /// The subscriber under test; the probe is told behind it of what it took.
  private static final class Probed implements Subscriber<Object> {
    private final Subscriber<Object> actual;
    private final WhiteboxSubscriberProbe<Object> probe;
    private final Disposable run;
    private boolean subscribed;

    Probed(Subscriber<Object> actual, WhiteboxSubscriberProbe<Object> probe, Disposable run) {
      this.actual = actual;
      this.probe = probe;
      this.run = run;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      actual.onSubscribe(subscription);
      if (!subscribed) {
        subscribed = true;
        probe.registerOnSubscribe(new Puppet());
      }
    }

    @Override
    public void onNext(Object element) {
      actual.onNext(element);
      probe.registerOnNext(element);
    }

    @Override
    public void onError(Throwable error) {
      actual.onError(error);
      probe.registerOnError(error);
    }

    @Override
    public void onComplete() {
      actual.onComplete();
      probe.registerOnComplete();
    }

    private final class Puppet implements SubscriberPuppet {
      @Override
      public void triggerRequest(long elements) {
        // the runtime asks on its own, as it admits tasks or as the run's subscriber asked
      }

      @Override
      public void signalCancel() {
        run.dispose();
      }
    }
  }
}

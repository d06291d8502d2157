package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.error.CompositeTaskException;
import io.sluice.error.TaskFailedException;
import io.sluice.error.UpstreamProtocolException;
import io.sluice.task.DType;
import io.sluice.task.KernelContext;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

/// What users' exceptions, publishers and programs must not do to others.
class HostileCodeTest {
  private static final Duration BOUND = Duration.ofSeconds(10);

  private final Sluice sluice = Sluice.builder().threads("cpu", 2).build();

  @AfterEach
  void theRuntimeStillWorksAndHoldsNothing() {
    StepVerifier.create(sluice.submit(Mono.just(Task.call("after", context -> {}))))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertThat(sluice.figures().heapUsedBytes()).isZero();
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
  }

  @Test
  void aClockThatThrowsStandsStill() {
    Scheduler broken =
        new Scheduler() {
          @Override
          public Disposable schedule(Runnable task) {
            return Disposables.never();
          }

          @Override
          public Scheduler.Worker createWorker() {
            throw new IllegalStateException("no worker is needed");
          }

          @Override
          public long now(TimeUnit unit) {
            throw new IllegalStateException("the clock is broken");
          }
        };
    try (Sluice timeless = Sluice.builder().timers(broken).build()) {
      StepVerifier.create(timeless.submit(Mono.just(Task.call("works", context -> {}))))
          .expectNextCount(1)
          .expectComplete()
          .verify(BOUND);
      StepVerifier.create(timeless.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    }
  }

  @Test
  void anExceptionWhoseMessageThrowsFailsItsTaskAlone() {
    StepVerifier.create(sluice.submit(Mono.just(failing(new Mute()))))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("whose message can't be had"))
        .verify(BOUND);
  }

  @Test
  void anExceptionWhoseMessageThrowsIsACauseOfTheComposite() {
    StepVerifier.create(sluice.submitDelayError(Flux.error(new Mute())))
        .expectErrorSatisfies(
            error -> {
              assertThat(error).isInstanceOf(CompositeTaskException.class);
              assertThat(((CompositeTaskException) error).causes().getFirst())
                  .isInstanceOf(Mute.class);
            })
        .verify(BOUND);
  }

  @Test
  void aReaderWhoseExceptionHasNoMessageEndsItsDelayedRun() {
    StepVerifier.create(
            sluice.submitDelayError(
                Mono.just(Task.call("task", context -> {})),
                result -> {
                  throw new Mute();
                }))
        .expectError(CompositeTaskException.class)
        .verify(BOUND);
  }

  @Test
  void theMessageOfAUsersExceptionIsAskedForByWhoReadsIt() {
    AtomicInteger asked = new AtomicInteger();
    RuntimeException counting =
        new RuntimeException() {
          private static final long serialVersionUID = 1L;

          @Override
          public String getMessage() {
            asked.incrementAndGet();
            return "asked";
          }
        };
    AtomicReference<Throwable> signalled = new AtomicReference<>();
    StepVerifier.create(sluice.submit(Mono.just(failing(counting))))
        .consumeErrorWith(signalled::set)
        .verify(BOUND);
    assertThat(asked).as("before anybody reads it").hasValue(0);
    assertThat(signalled.get()).hasMessageContaining("asked");
  }

  @Test
  void aPublisherThatSignalsNullAsItsErrorBreaksTheRules() {
    Publisher<Task> tasks = subscriber -> signalNull((CoreSubscriber<? super Task>) subscriber);
    Publisher<Publisher<Task>> scopes =
        subscriber -> signalNull((CoreSubscriber<? super Publisher<Task>>) subscriber);
    Publisher<String> elements =
        subscriber -> signalNull((CoreSubscriber<? super String>) subscriber);
    assertBreaksTheRules(sluice.submit(tasks));
    assertBreaksTheRules(sluice.submitDelayError(tasks));
    assertBreaksTheRules(sluice.submitScoped(scopes));
    assertBreaksTheRules(sluice.submitScopedDelayError(scopes));
    assertBreaksTheRules(sluice.run(program -> elements));
  }

  @Test
  void aProgramMayNotEmitNullNorMoreThanWasRequested() {
    assertBreaksTheRules(sluice.run(program -> emitting(1, null)));
    StepVerifier.create(sluice.run(program -> emitting(3, "element")), 1)
        .expectNext("element")
        .expectError(UpstreamProtocolException.class)
        .verify(BOUND);
  }

  @Test
  void aResultThatAProgramNeverAsksForIsClosedWhenItsRunEnds() {
    Task task = yielding("write");
    StepVerifier.create(
            sluice.run(
                program -> {
                  program.submit(task).subscribe(new Unrequesting());
                  return program.submit(Task.call("next", context -> {})).then(Mono.never());
                }))
        .thenAwait(Duration.ofMillis(50))
        .thenCancel()
        .verify(BOUND);
  }

  /// Whoever logs it would throw as well.
  @ParameterizedTest
  @ValueSource(strings = {"onNext", "onComplete"})
  void anExceptionThatNoLogCanPrintEndsItsRunAlone(String signal) {
    Mono<Task> task = Mono.just(Task.call("task", context -> {}));
    sluice.events().subscribe(new BrokenSubscriber(signal, new Mute()));
    sluice.submit(task).subscribe(new BrokenSubscriber(signal, new Mute()));
    sluice.submitDelayError(task).subscribe(new BrokenSubscriber(signal, new Mute()));
    sluice
        .run(program -> task.flatMap(program::submit))
        .subscribe(new BrokenSubscriber(signal, new Mute()));
  }

  @Test
  void anOnErrorThatThrowsWhatNoLogCanPrintEndsItsRunAlone() {
    Mono<Task> failed = Mono.error(new IllegalStateException("failed"));
    sluice.submit(failed).subscribe(new BrokenSubscriber("onError", new Mute()));
    sluice.run(program -> failed).subscribe(new BrokenSubscriber("onError", new Mute()));
  }

  @Test
  void aCancelThatThrowsWhatNoLogCanPrintHoldsNothingBack() {
    Publisher<Task> tasks =
        subscriber ->
            subscriber.onSubscribe(
                new Ignoring() {
                  @Override
                  public void cancel() {
                    throw new Mute();
                  }
                });
    StepVerifier.create(sluice.submit(tasks))
        .then(() -> sluice.whyWaiting().block(BOUND))
        .thenCancel()
        .verify(BOUND);
    StepVerifier.create(sluice.run(program -> tasks))
        .then(() -> sluice.whyWaiting().block(BOUND))
        .thenCancel()
        .verify(BOUND);
  }

  @Test
  void anOnDiscardHookThatThrowsWhatNoLogCanPrintKeepsNoResult() {
    Consumer<Object> hook =
        discarded -> {
          throw new Mute();
        };
    dropThree(() -> Context.of("reactor.onDiscard.local", hook));
  }

  @Test
  void aSubscriberWhoseContextThrowsKeepsNoResult() {
    AtomicBoolean thrown = new AtomicBoolean();
    dropThree(
        () -> {
          if (dropping) {
            thrown.set(true);
            throw new Mute();
          }
          return Context.empty();
        });
    assertThat(thrown).isTrue();
  }

  /// Whether [#dropThree] has come to the cancel.
  private volatile boolean dropping;

  /// Three results wait when their subscriber, which has this context, cancels.
  private void dropThree(Supplier<Context> context) {
    CountDownLatch completed = new CountDownLatch(3);
    Disposable watch =
        sluice.events().ofType(TaskEvent.Completed.class).subscribe(event -> completed.countDown());
    BaseSubscriber<TaskResult> subscriber =
        new Unrequesting() {
          @Override
          public Context currentContext() {
            return context.get();
          }
        };
    sluice.submit(Flux.range(0, 3).map(i -> yielding("task"))).subscribe(subscriber);
    Await.reached(completed, "three results");
    dropping = true;
    subscriber.cancel();
    watch.dispose();
  }

  @Test
  void aCallsSubscriberThatThrowsGivesItsResultBack() {
    for (String signal : List.of("onNext", "onComplete")) {
      AtomicInteger seen = new AtomicInteger();
      BrokenSubscriber broken = new BrokenSubscriber(signal, new Mute(), seen);
      boolean kept = signal.equals("onComplete");
      Task task = kept ? Task.call("task", context -> {}) : yielding("task");
      StepVerifier.create(
              sluice.run(
                  program -> {
                    program.submit(task).subscribe(broken);
                    return Mono.empty();
                  }))
          .expectComplete()
          .verify(BOUND);
      StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
      assertThat(seen).hasValue(1);
    }
  }

  @Test
  void aCallsSubscriberThatThrowsKeepsTheEndFromNoOther() {
    CountDownLatch told = new CountDownLatch(3);
    StepVerifier.create(
            sluice.run(
                program -> {
                  Task waits = Task.call("waits", HostileCodeTest::waitForCancel);
                  for (int i = 0; i < 3; i++) {
                    program
                        .submit(waits)
                        .doOnError(error -> told.countDown())
                        .subscribe(new BrokenSubscriber("onError", new Mute()));
                  }
                  return Mono.error(new IllegalStateException("failed"));
                }))
        .expectErrorMessage("failed")
        .verify(BOUND);
    Await.reached(told, "the end of all calls");
  }

  /// Reactive Streams 3.9
  @Test
  void aCallThatIsAskedForLessThanOneResultFails() {
    AtomicReference<Throwable> told = new AtomicReference<>();
    BaseSubscriber<TaskResult> asking =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(0);
          }

          @Override
          protected void hookOnError(Throwable error) {
            told.set(error);
          }
        };
    StepVerifier.create(
            sluice.run(
                program -> {
                  program.submit(yielding("task")).subscribe(asking);
                  return Mono.empty();
                }))
        .expectComplete()
        .verify(BOUND);
    assertThat(told.get())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was 0");
  }

  private static void waitForCancel(KernelContext context) {
    while (!context.isCancelled()) {
      Thread.onSpinWait();
    }
  }

  private static Task yielding(String name) {
    Tensor tensor = Tensor.of(DType.UINT8, 1_000);
    return Task.call(name, context -> {}).out(tensor).yields(tensor);
  }

  private static void assertBreaksTheRules(Flux<?> run) {
    StepVerifier.create(run).expectError(UpstreamProtocolException.class).verify(BOUND);
  }

  private static Task failing(RuntimeException failure) {
    return Task.call(
        "failing",
        context -> {
          throw failure;
        });
  }

  private static void signalNull(CoreSubscriber<?> subscriber) {
    subscriber.onSubscribe(new Ignoring());
    subscriber.onError(null);
  }

  private static Publisher<String> emitting(int count, String element) {
    return subscriber ->
        subscriber.onSubscribe(
            new Ignoring() {
              @Override
              public void request(long n) {
                for (int i = 0; i < count; i++) {
                  subscriber.onNext(element);
                }
              }
            });
  }

  /// An exception that can't be asked for its message.
  static final class Mute extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }
  }

  private static class Ignoring implements Subscription {
    @Override
    public void request(long n) {}

    @Override
    public void cancel() {}
  }

  private static class Unrequesting extends BaseSubscriber<TaskResult> {
    @Override
    protected void hookOnSubscribe(Subscription subscription) {}
  }
}

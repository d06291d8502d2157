package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.error.CompositeTaskException;
import io.sluice.error.TaskFailedException;
import io.sluice.error.UpstreamProtocolException;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

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
    Tensor tensor = Tensor.of(DType.UINT8, 1_000);
    Task task = Task.call("write", context -> {}).out(tensor).yields(tensor);
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
  private static final class Mute extends RuntimeException {
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

  private static final class Unrequesting extends BaseSubscriber<TaskResult> {
    @Override
    protected void hookOnSubscribe(Subscription subscription) {}
  }
}

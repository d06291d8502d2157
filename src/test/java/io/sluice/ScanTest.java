package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.task.Task;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.Scannable;
import reactor.core.Scannable.Attr;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// What Reactor's tools can see of a run.
class ScanTest extends RuntimeTest {
  private final HandPublisher<Task> tasks = new HandPublisher<>();

  @Test
  void aRunThatWasNotSubscribedToKnowsItsPublisherAndItsLookAhead() {
    Flux<?> run = use(builder().lookAhead(3)).submit(tasks);
    assertThat(Scannable.from(run).scan(Attr.PARENT)).isSameAs(Scannable.from(tasks));
    assertThat(Scannable.from(run).scan(Attr.PREFETCH)).isEqualTo(3);
    assertThat(Scannable.from(run).scan(Attr.RUN_STYLE)).isEqualTo(Attr.RunStyle.ASYNC);
  }

  @Test
  void aSubscriptionKnowsItsDemandAndItsQueuedResults() {
    AtomicReference<Scannable> run = new AtomicReference<>();
    StepVerifier.create(
            sluice.submit(tasks).doOnSubscribe(s -> run.set(Scannable.from(s))).map(r -> 1), 0)
        .then(() -> assertThat(run.get().scan(Attr.REQUESTED_FROM_DOWNSTREAM)).isZero())
        .then(() -> tasks.next(quick("a"), quick("b")))
        .then(() -> Await.until("both", () -> buffered(run.get()) == 2))
        .thenRequest(1)
        .expectNextCount(1)
        .then(() -> assertThat(buffered(run.get())).isEqualTo(1))
        .then(() -> assertThat(run.get().scan(Attr.TERMINATED)).isFalse())
        .then(() -> assertThat(run.get().scan(Attr.CANCELLED)).isFalse())
        .thenCancel()
        .verify(BOUND);
    assertThat(run.get().scan(Attr.CANCELLED)).isTrue();
    assertThat(run.get().scan(Attr.ACTUAL)).isNotNull();
  }

  private static int buffered(Scannable run) {
    return Objects.requireNonNull(run.scan(Attr.BUFFERED));
  }

  @Test
  void aFailedSubscriptionKnowsItsError() {
    AtomicReference<Scannable> run = new AtomicReference<>();
    RuntimeException no = failure("no");
    StepVerifier.create(sluice.submit(tasks).doOnSubscribe(s -> run.set(Scannable.from(s))))
        .then(() -> tasks.fail(no))
        .expectError()
        .verify(BOUND);
    assertThat(run.get().scan(Attr.ERROR)).isSameAs(no);
    assertThat(run.get().scan(Attr.TERMINATED)).isTrue();
  }
}

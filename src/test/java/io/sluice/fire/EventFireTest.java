package io.sluice.fire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/// Many listeners of all tempers while runs go on real threads: each sees the events of each task in
/// their order, and what it saw plus what it was told to have lost is all that happened.
class EventFireTest {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final int RUNS = 4;
  private static final int TASKS = 2_000;

  private static final int CONSUMED = 4;

  private final Sluice sluice =
      Sluice.builder().heap(DataSize.kibibytes(64)).threads("cpu", 4).build();

  @Test
  void eachListenerSeesEachTasksOrderAndLosesNothingUntold() throws InterruptedException {
    Listener witness = listen(1 << 20, Long.MAX_VALUE);
    List<Listener> listeners = new ArrayList<>();
    for (int buffer : new int[] {1, 2, 16, 1_024, 1 << 15}) {
      listeners.add(listen(buffer, Long.MAX_VALUE));
      listeners.add(listen(buffer, 1));
      listeners.add(listen(buffer, 7));
    }
    listeners.add(listen(64, 0));
    sluice.events().subscribe(new Thrower());
    var _ = sluice.events().take(10).subscribe();
    StepVerifier.create(runs()).expectComplete().verify(BOUND);
    List<Listener> late = List.of(listen(1_024, Long.MAX_VALUE), listen(4, 1));
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    listeners.forEach(Listener::release);
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
    witness.awaitEnd();
    assertThat(witness.lostCount).as("with room for all").isZero();
    assertThat(witness.steps.values()).hasSize(RUNS * TASKS).allMatch(step -> step == CONSUMED);
    for (Listener listener : listeners) {
      listener.awaitEnd();
      assertThat(listener.seenCount + listener.lostCount)
          .as("%s", listener)
          .isEqualTo(witness.seenCount);
    }
    for (Listener listener : late) {
      listener.awaitEnd();
    }
  }

  private Listener listen(int buffer, long batch) {
    Listener listener = new Listener(buffer, batch);
    sluice.events(buffer).subscribe(listener);
    return listener;
  }

  private Mono<Void> runs() {
    return Flux.range(0, RUNS)
        .flatMap(
            run ->
                sluice
                    .submit(Flux.range(0, TASKS).map(i -> Task.call("t", context -> {})))
                    .subscribeOn(Schedulers.boundedElastic()),
            RUNS)
        .then();
  }

  /// Asks for so many at a time: for all at once, a batch behind a batch, or nothing until it is
  /// released.
  private static final class Listener extends BaseSubscriber<TaskEvent> {
    private final int buffer;
    private final long batch;
    private final Map<String, Integer> steps = new HashMap<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicLong wrong = new AtomicLong();
    private long seenCount;
    private long lostCount;
    private long left;

    Listener(int buffer, long batch) {
      this.buffer = buffer;
      this.batch = batch;
      this.left = batch;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      if (batch > 0) {
        subscription.request(batch);
      }
    }

    void release() {
      if (batch == 0) {
        request(Long.MAX_VALUE);
      }
    }

    @Override
    protected void hookOnNext(TaskEvent event) {
      if (event instanceof TaskEvent.Lost lost) {
        lostCount += lost.count();
      } else {
        seenCount++;
        check(event);
      }
      if (batch > 0 && batch < Long.MAX_VALUE && --left == 0) {
        left = batch;
        request(batch);
      }
    }

    private void check(TaskEvent event) {
      switch (event) {
        case TaskEvent.Admitted admitted -> step(admitted.taskId(), 1);
        case TaskEvent.Started started -> step(started.taskId(), 2);
        case TaskEvent.Completed completed -> step(completed.taskId(), 3);
        case TaskEvent.Consumed consumed -> step(consumed.taskId(), CONSUMED);
        default -> {}
      }
    }

    private void step(Object task, int step) {
      Integer before = steps.put(task.toString(), step);
      if (before != null && before >= step) {
        wrong.incrementAndGet();
      }
    }

    @Override
    protected void hookOnComplete() {
      end.countDown();
    }

    void awaitEnd() throws InterruptedException {
      assertThat(end.await(BOUND.toSeconds(), TimeUnit.SECONDS)).as("the end of %s", this).isTrue();
      assertThat(wrong).as("%s", this).hasValue(0);
    }

    @Override
    public String toString() {
      return "a listener with a buffer of %d that asks for %d".formatted(buffer, batch);
    }
  }

  private static final class Thrower extends BaseSubscriber<TaskEvent> {
    @Override
    protected void hookOnNext(TaskEvent event) {
      throw new IllegalStateException("a listener that throws");
    }

    @Override
    protected void hookOnError(Throwable error) {}
  }
}

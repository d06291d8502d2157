package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.error.Diagnosis.Reason;
import io.sluice.error.InvalidTaskException;
import io.sluice.error.ResultClosedException;
import io.sluice.error.RuntimeDisposedException;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.task.TensorView;
import io.sluice.test.ManualPublisher;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// Results: what they hold, for how long, and what becomes of those that nobody takes.
class ResultTest extends RuntimeTest {
  private final ManualPublisher<Task> tasks = ManualPublisher.create();
  private final BlockingQueue<TaskResult> results = new LinkedBlockingQueue<>();

  private void submit(Task... some) {
    var _ = sluice.submit(Flux.just(some)).subscribe(results::add);
  }

  private TaskResult next() {
    try {
      TaskResult result = results.poll(BOUND.toSeconds(), TimeUnit.SECONDS);
      assertThat(result).as("the next result").isNotNull();
      return result;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void oneThatYieldsHoldsItsBytesBehindTheEndOfTheRunUntilItIsClosed() {
    submit(writing(5));
    TaskResult result = next();
    Disposable drain = sluice.drain().subscribe();
    Await.until("the end of the run", () -> !whyDrainWaits().contains("run"));
    assertThat(whyDrainWaits()).contains("1 open result(s)");
    assertThat(drain.isDisposed()).as("drained").isFalse();
    assertThat(sluice.figures().heapUsedBytes()).isEqualTo(SLAB);
    assertThat(valueOf(result)).isEqualTo(5);
    result.close();
    Await.until("the drain", drain::isDisposed);
    assertNothingIsHeld();
  }

  private String whyDrainWaits() {
    var diagnosis = sluice.whyDrainWaits().block(BOUND);
    assertThat(diagnosis).isNotNull();
    return diagnosis.holder();
  }

  @Test
  void oneThatYieldsNothingHoldsNothingAndNeedsNoClosing() {
    submit(quick("a").out(slabs(1)));
    TaskResult result = next();
    assertThat(result.isClosed()).isFalse();
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    result.close();
    assertThat(result.isClosed()).isFalse();
    assertNothingIsHeld();
  }

  @Test
  void aClosedOneReadsAsAnError() {
    submit(writing(5));
    TaskResult result = next();
    TensorView view = result.view(result.task().yielded().getFirst());
    assertThat(view.getInt(0)).isEqualTo(5);
    result.close();
    assertThat(result.isClosed()).isTrue();
    assertThatThrownBy(() -> view.getInt(0))
        .isInstanceOf(ResultClosedException.class)
        .hasMessageContaining("write 5");
    assertThatThrownBy(() -> valueOf(result)).isInstanceOf(ResultClosedException.class);
    assertThat(result).hasToString("result of task 'write 5' (0:0), closed");
  }

  @Test
  void closingTwiceIsHarmless() {
    submit(writing(1), writing(2));
    TaskResult one = next();
    TaskResult other = next();
    one.close();
    one.close();
    other.close();
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    one.close();
    assertNothingIsHeld();
  }

  @Test
  void onlyWhatTheTaskYieldsCanBeViewed() {
    Tensor yielded = slabs(1);
    Tensor other = slabs(1);
    Task task = quick("a").out(yielded, other).yields(yielded);
    submit(task);
    try (TaskResult result = next()) {
      assertThatThrownBy(() -> result.view(other))
          .isInstanceOf(InvalidTaskException.class)
          .hasMessageContaining("'a'")
          .hasMessageContaining("yields(");
    }
  }

  @Test
  void aViewIsReadOnly() {
    submit(writing(1));
    try (TaskResult result = next()) {
      TensorView view = result.view(result.task().yielded().getFirst());
      assertThatThrownBy(() -> view.setInt(0, 2)).isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void aLaterInPlaceWriterWaitsUntilTheResultIsClosed() {
    Tensor tensor = Tensor.of(DType.INT32, 1);
    Task read = Task.call("read", context -> {}).in(tensor).yields(tensor);
    Task write = Task.call("write", context -> context.tensor(0).setInt(0, 2)).inout(tensor);
    Disposable run =
        sluice
            .submit(
                Flux.just(
                    Task.alloc(tensor),
                    Task.call("first", context -> context.tensor(0).setInt(0, 1)).inout(tensor),
                    read,
                    write))
            .subscribe(results::add);
    assertThat(List.of(nameOf(next()), nameOf(next()))).containsExactly("alloc", "first");
    TaskResult result = next();
    assertThat(result.task()).isSameAs(read);
    Await.until(
        "the writer to wait for the result",
        () -> settled().reason() == Reason.WAITING_FOR_PRODUCER);
    assertThat(result.view(tensor).getInt(0)).isEqualTo(1);
    result.close();
    assertThat(next().task()).isSameAs(write);
    run.dispose();
  }

  @ParameterizedTest
  @EnumSource
  void whatCanNoLongerBeDeliveredIsClosedAndTheHookIsTold(Way way) {
    List<TaskResult> discarded = new CopyOnWriteArrayList<>();
    StepVerifier.create(way.results(sluice, tasks).doOnDiscard(TaskResult.class, discarded::add), 0)
        .then(() -> Await.emitted(tasks, writing(1), writing(2)))
        .then(
            () ->
                Await.until(
                    "two results", () -> settled().holder().startsWith("2 result(s) of run")))
        .thenCancel()
        .verify(BOUND);
    Await.until("two discarded results", () -> discarded.size() == 2);
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertThat(discarded).allMatch(TaskResult::isClosed);
    assertNothingIsHeld();
  }

  @Test
  void anOperatorBehindMayDropResultsIfTheLastOneClosesThem() {
    Flux<String> filtered =
        sluice
            .submitScoped(Flux.range(0, 100).map(i -> Flux.just(writing(i))))
            .filter(result -> valueOf(result) % 2 == 0)
            .map(result -> result.readAndClose(RuntimeTest::nameOf))
            .doOnDiscard(TaskResult.class, TaskResult::close);
    StepVerifier.create(filtered.count()).expectNext(50L).expectComplete().verify(BOUND);
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertNothingIsHeld();
  }

  @Test
  void oneThatOutlivesItsRuntimeReadsAsAnError() {
    submit(writing(5));
    TaskResult result = next();
    TensorView view = result.view(result.task().yielded().getFirst());
    sluice.dispose();
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
    assertThatThrownBy(() -> valueOf(result)).isInstanceOf(RuntimeDisposedException.class);
    assertThatThrownBy(() -> view.getInt(0)).isInstanceOf(RuntimeException.class);
    result.close();
  }
}

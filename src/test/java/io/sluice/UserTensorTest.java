package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.error.ForeignHandleException;
import io.sluice.error.ResultClosedException;
import io.sluice.error.RuntimeDisposedException;
import io.sluice.error.TaskFailedException;
import io.sluice.error.TensorInUseException;
import io.sluice.error.TensorUnavailableException;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.task.TensorView;
import io.sluice.task.UserTensor;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// Tensors that the user owns, and zeroed ones.
class UserTensorTest extends RuntimeTest {
  private final UserTensor weights = sluice.tensor("weights", DType.INT32, 4);

  private Task increment() {
    return Task.call(
            "increment", context -> context.tensor(0).setInt(0, context.tensor(0).getInt(0) + 1))
        .inout(weights);
  }

  private int first() {
    return weights.read(view -> view.getInt(0));
  }

  private void run(Task... some) {
    StepVerifier.create(sluice.submit(Flux.just(some)))
        .thenConsumeWhile(result -> true)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void itBeginsAsZerosAndTheUserFillsAndReadsIt() {
    assertThat(first()).isZero();
    weights.write(view -> view.setInt(0, 41));
    run(increment());
    assertThat(first()).isEqualTo(42);
  }

  @Test
  void itSurvivesADrainAndDoesNotHoldIt() {
    weights.write(view -> view.setInt(0, 7));
    run(increment());
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertThat(first()).isEqualTo(8);
    run(increment());
    assertThat(first()).isEqualTo(9);
  }

  @Test
  void theUserIsRefusedWhileATaskNamesIt() {
    Disposable run = sluice.submit(Flux.just(kernels.task("a").in(weights))).subscribe();
    kernels.awaitStarted("a");
    assertThatThrownBy(this::first)
        .isInstanceOf(TensorInUseException.class)
        .hasMessageContaining("weights")
        .hasMessageContaining("1 admitted task(s)");
    assertThatThrownBy(() -> weights.write(view -> {})).isInstanceOf(TensorInUseException.class);
    assertThatThrownBy(weights::close).isInstanceOf(TensorInUseException.class);
    kernels.complete("a");
    Await.until("the task's end", () -> sluice.figures().liveCount() == 0);
    assertThat(first()).isZero();
    run.dispose();
  }

  @Test
  void aTaskIsRefusedWhileTheUserIsInside() {
    weights.write(
        view ->
            StepVerifier.create(sluice.submit(Flux.just(increment())))
                .expectErrorSatisfies(
                    error ->
                        assertThat(error)
                            .isInstanceOf(TensorInUseException.class)
                            .hasMessageContaining("'increment'")
                            .hasMessageContaining("weights"))
                .verify(BOUND));
    weights.acceptAsIs();
    run(increment());
    assertThat(first()).isEqualTo(1);
  }

  @Test
  void theUserIsInsideOnlyOnce() {
    weights.read(
        view -> {
          assertThatThrownBy(this::first)
              .isInstanceOf(TensorInUseException.class)
              .hasMessageContaining("is running");
          return 1;
        });
    assertThat(first()).isZero();
  }

  @Test
  void theUserLeavesItAlsoByAnError() {
    RuntimeException no = failure("no");
    assertThatThrownBy(
            () ->
                weights.read(
                    view -> {
                      throw no;
                    }))
        .isSameAs(no);
    run(increment());
    assertThat(first()).isEqualTo(1);
  }

  @Test
  void aLentViewEndsWithItsCall() {
    AtomicReference<TensorView> kept = new AtomicReference<>();
    weights.write(kept::set);
    assertThatThrownBy(() -> kept.get().setInt(0, 1))
        .isInstanceOf(ResultClosedException.class)
        .hasMessageContaining("weights");
  }

  @Test
  void oneThatIsReadIsNotWritable() {
    assertThatThrownBy(
            () ->
                weights.read(
                    view -> {
                      view.setInt(0, 1);
                      return 1;
                    }))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void anOpenResultHoldsItUntilItIsClosed() {
    CountDownLatch delivered = new CountDownLatch(1);
    AtomicReference<TaskResult> result = new AtomicReference<>();
    var _ =
        sluice
            .submit(Flux.just(increment().yields(weights)))
            .subscribe(
                r -> {
                  result.set(r);
                  delivered.countDown();
                });
    Await.reached(delivered, "the result");
    assertThatThrownBy(this::first)
        .isInstanceOf(TensorInUseException.class)
        .hasMessageContaining("open result");
    assertThat(result.get().view(weights).getInt(0)).isEqualTo(1);
    result.get().close();
    assertThat(first()).isEqualTo(1);
  }

  @Test
  void theUserMayReadItAsSoonAsTheRunHasEnded() {
    for (int i = 0; i < 300; i++) {
      StepVerifier.create(
              sluice.submit(
                  Flux.just(increment().yields(weights)), result -> result.view(weights).getInt(0)))
          .expectNext(i + 1)
          .expectComplete()
          .verify(BOUND);
      assertThat(first()).isEqualTo(i + 1);
    }
  }

  @Test
  void theUserMayReadItAsSoonAsTheResultIsClosedWhateverElseGoesOn() {
    Disposable traffic =
        sluice.submit(Flux.range(0, Integer.MAX_VALUE).map(i -> quick("t"))).subscribe();
    for (int i = 0; i < 300; i++) {
      BlockingQueue<TaskResult> results = new LinkedBlockingQueue<>();
      var _ = sluice.submit(Flux.just(increment().yields(weights))).subscribe(results::add);
      Await.until("the result", () -> !results.isEmpty());
      results.element().close();
      assertThat(first()).isEqualTo(i + 1);
    }
    traffic.dispose();
  }

  @Test
  void tasksTakeTurnsInTheOrderOfAdmission() {
    StepVerifier.create(sluice.submit(Flux.range(0, 500).map(i -> increment())).count())
        .expectNext(500L)
        .expectComplete()
        .verify(BOUND);
    assertThat(first()).isEqualTo(500);
  }

  @Test
  void aFailedWriterPoisonsItUntilItIsAcceptedAsItIs() {
    weights.write(view -> view.setInt(0, 3));
    StepVerifier.create(sluice.submit(Flux.just(failing("bad", failure("no")).inout(weights))))
        .expectError(TaskFailedException.class)
        .verify(BOUND);
    StepVerifier.create(sluice.submit(Flux.just(increment())))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("earlier task")
                    .hasRootCauseMessage("no"))
        .verify(BOUND);
    weights.acceptAsIs();
    run(increment());
    assertThat(first()).isEqualTo(4);
  }

  @Test
  void aWriterOfAllOfItEndsThePoisonToo() {
    StepVerifier.create(sluice.submit(Flux.just(failing("bad", failure("no")).inout(weights))))
        .expectError(TaskFailedException.class)
        .verify(BOUND);
    run(Task.call("reset", context -> context.tensor(0).setInt(0, 10)).out(weights), increment());
    assertThat(first()).isEqualTo(11);
  }

  @Test
  void closingTwiceIsHarmlessAndItIsUnusableFromThenOn() {
    weights.close();
    weights.close();
    assertThat(weights.isClosed()).isTrue();
    assertThatThrownBy(this::first)
        .isInstanceOf(TensorUnavailableException.class)
        .hasMessageContaining("closed");
    StepVerifier.create(sluice.submit(Flux.just(increment())))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOfSatisfying(
                        TensorUnavailableException.class,
                        unavailable ->
                            assertThat(unavailable.reason())
                                .isEqualTo(TensorUnavailableException.Reason.CLOSED)))
        .verify(BOUND);
  }

  @Test
  void thatOfAnotherRuntimeIsRefused() {
    try (Sluice other = builder().build()) {
      StepVerifier.create(other.submit(Flux.just(increment())))
          .expectErrorSatisfies(
              error ->
                  assertThat(error)
                      .isInstanceOf(ForeignHandleException.class)
                      .hasMessageContaining("weights"))
          .verify(BOUND);
    }
    run(increment());
    assertThat(first()).isEqualTo(1);
  }

  @Test
  void itGoesWithItsRuntime() {
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
    assertThatThrownBy(this::first)
        .isInstanceOf(RuntimeDisposedException.class)
        .hasMessageContaining("weights");
    assertThatThrownBy(() -> sluice.tensor(DType.INT8, 1))
        .isInstanceOf(RuntimeDisposedException.class);
    weights.close();
  }

  @Test
  void aZeroedTensorIsZeroWhateverItsSlabHeldBefore() {
    Tensor zeroed = slabs(8).zeroed();
    run(dirt());
    StepVerifier.create(
            sluice.submit(
                Flux.just(quick("a").out(zeroed).yields(zeroed)),
                result -> isZero(result.view(zeroed))))
        .expectNext(true)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void anAllocatedZeroedTensorIsZeroToo() {
    Tensor zeroed = slabs(8).zeroed();
    run(dirt());
    StepVerifier.create(
            sluice.submit(
                Flux.just(Task.alloc(zeroed), quick("a").inout(zeroed).yields(zeroed)),
                result -> result.task().yielded().isEmpty() || isZero(result.view(zeroed))))
        .expectNext(true, true)
        .expectComplete()
        .verify(BOUND);
  }

  private static Task dirt() {
    return Task.call(
            "dirt",
            context -> {
              for (long i = 0; i < 8 * SLAB; i++) {
                context.tensor(0).setInt(i, 255);
              }
            })
        .out(slabs(8));
  }

  private static boolean isZero(TensorView view) {
    for (long i = 0; i < view.elementCount(); i++) {
      if (view.getInt(i) != 0) {
        return false;
      }
    }
    return true;
  }
}

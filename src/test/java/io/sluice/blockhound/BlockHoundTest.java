package io.sluice.blockhound;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.DType;
import io.sluice.task.Kernel;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.worker.ParkingPlaces;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.blockhound.BlockingOperationError;
import reactor.blockhound.integration.BlockHoundIntegration;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.StepVerifier;

/// What BlockHound catches in a runtime, and what it lets pass. Only in the build's execution for it.
@Tag("blockhound")
class BlockHoundTest {
  private static final Duration BOUND = Duration.ofSeconds(20);

  private final Sluice sluice =
      Sluice.builder()
          .heap(DataSize.kibibytes(8))
          .threads("compute", 2)
          .blockingThreads("blocking", 2)
          .virtualThreads("virtual", 2)
          .reactive("reactive", 2)
          .build();

  @AfterEach
  void dispose() {
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
  }

  private Flux<TaskResult> run(String pool, Kernel kernel) {
    return sluice.submit(Flux.just(Task.call("a", kernel).on(pool)));
  }

  private static void assertCaught(Flux<?> run) {
    StepVerifier.create(run)
        .expectErrorMatches(
            error ->
                error instanceof BlockingOperationError
                    || error.getCause() instanceof BlockingOperationError)
        .verify(BOUND);
    assertThat(Hound.take()).hasSize(1);
  }

  @Test
  void itFindsTheIntegration() {
    assertThat(ServiceLoader.load(BlockHoundIntegration.class))
        .anyMatch(ParkingPlaces.class::isInstance);
  }

  @Test
  void aComputeKernelThatSleepsIsCaught() {
    assertCaught(run("compute", context -> Thread.sleep(1)));
  }

  @Test
  void aComputeKernelThatParksIsCaught() {
    assertCaught(run("compute", context -> LockSupport.parkNanos(1)));
  }

  @Test
  void aReaderOnAComputeThreadThatBlocksIsCaught() {
    assertCaught(
        sluice.submit(
            Flux.just(Task.call("a", context -> {}).on("compute")),
            result -> {
              LockSupport.parkNanos(1);
              return 1;
            }));
  }

  @Test
  void aComputeKernelThatCallsBlockGetsReactorsOwnError() {
    StepVerifier.create(run("compute", context -> Mono.never().block()))
        .expectErrorMatches(
            error ->
                error.getCause() instanceof IllegalStateException
                    && error.getMessage().contains("blocking, which is not supported in thread"))
        .verify(BOUND);
    assertThat(Hound.take()).isEmpty();
  }

  /// Inside the loop of an executor, in which waiting for the next item is allowed.
  @Test
  void aReactiveKernelThatBlocksBeforeItReturnsItsMonoIsCaught() {
    assertCaught(
        sluice.submit(
            Flux.just(
                Task.callReactive(
                    "a",
                    context -> {
                      LockSupport.parkNanos(1);
                      return Mono.empty();
                    }))));
  }

  @Test
  void aPoolThatIsDoneForWaitsForItsLastThreadWithoutBeingCaught() {
    for (int i = 0; i < 20; i++) {
      StepVerifier.create(
              sluice.submit(Flux.range(0, 50).map(n -> Task.callReactive("a", c -> Mono.empty()))))
          .expectNextCount(50)
          .expectComplete()
          .verify(BOUND);
    }
  }

  /// A scheduler that was given answers for itself, also where it is called from inside.
  @Test
  void aGivenSchedulerThatBlocksIsCaught() {
    try (Sluice timed =
        Sluice.builder()
            .heap(DataSize.kibibytes(8))
            .threads("compute", 2)
            .timers(new BlockingScheduler())
            .build()) {
      Task inner = Task.call("inner", context -> {}).timeout(Duration.ofSeconds(9));
      Task outer =
          Task.call(
              "outer",
              context -> {
                var _ = timed.submit(Flux.just(inner)).subscribe();
              });
      StepVerifier.create(timed.submit(Flux.just(outer)))
          .expectNextCount(1)
          .expectComplete()
          .verify(BOUND);
      StepVerifier.create(timed.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    }
    assertThat(Hound.take()).isNotEmpty();
  }

  private static final class BlockingScheduler implements Scheduler {
    @Override
    public Disposable schedule(Runnable task) {
      throw new IllegalStateException("without a delay");
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
      LockSupport.parkNanos(1);
      return Disposables.disposed();
    }

    @Override
    public Worker createWorker() {
      throw new IllegalStateException("no worker");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"blocking", "virtual"})
  void kernelsOfPoolsThatMayBlockMay(String pool) {
    StepVerifier.create(run(pool, context -> Thread.sleep(1)))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aLoaderMay() {
    Tensor tensor = Tensor.of(DType.UINT8, 8);
    StepVerifier.create(sluice.submit(Flux.just(Task.fill(tensor, view -> Thread.sleep(1)))))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
  }

  /// Workers come to park between the tasks, and are woken for each.
  @Test
  void workersThatSleepAndWakeAreLetAlone() {
    AtomicBoolean ran = new AtomicBoolean();
    StepVerifier.create(Flux.range(0, 500).concatMap(i -> run("compute", context -> ran.set(true))))
        .expectNextCount(500)
        .expectComplete()
        .verify(BOUND);
    assertThat(ran).isTrue();
  }
}

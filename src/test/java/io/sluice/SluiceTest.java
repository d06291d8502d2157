package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.DataSize;
import io.sluice.error.TaskFailedException;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class SluiceTest {
  private static final Duration BOUND = Duration.ofSeconds(10);

  private final Sluice sluice =
      Sluice.builder().heap(DataSize.kibibytes(64)).threads("cpu", 2).build();

  @AfterEach
  void nothingIsLeft() {
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
  }

  @Test
  void aReaderSeesWhatTheWriterBeforeWrote() {
    Tensor numbers = Tensor.of(DType.INT32, 16);
    Tensor doubled = Tensor.of(DType.INT32, 16);
    Task fill =
        Task.fill(
            numbers,
            view -> {
              for (int i = 0; i < 16; i++) {
                view.setInt(i, i);
              }
            });
    Task twice =
        Task.call(
                "twice",
                context -> {
                  for (int i = 0; i < 16; i++) {
                    context.tensor(1).setInt(i, 2 * context.tensor(0).getInt(i));
                  }
                })
            .in(numbers)
            .out(doubled)
            .yields(doubled);
    StepVerifier.create(
            sluice.submit(
                Flux.just(fill, twice),
                result -> result.task() == twice ? result.view(doubled).getInt(15) : -1))
        .expectNext(-1, 30)
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(sluice.drain())
        .assertNext(report -> assertThat(report.taskCount()).isEqualTo(2))
        .expectComplete()
        .verify(BOUND);
    assertThat(sluice.figures().heapUsedBytes()).isZero();
  }

  @Test
  void theFirstFailureFailsTheRun() {
    Task bad =
        Task.call(
            "bad",
            context -> {
              throw new IllegalArgumentException("no");
            });
    StepVerifier.create(sluice.submit(Flux.just(bad)))
        .expectErrorSatisfies(
            error ->
                assertThat(error).isInstanceOf(TaskFailedException.class).hasRootCauseMessage("no"))
        .verify(BOUND);
  }

  @Test
  void aStreamOfScopesFlowsThroughASmallHeap() {
    Flux<Flux<Task>> scopes =
        Flux.range(0, 20_000)
            .map(
                i -> {
                  Tensor tensor = Tensor.of(DType.UINT8, 4096);
                  return Flux.just(
                      Task.call("write", context -> context.tensor(0).setInt(0, i))
                          .out(tensor)
                          .yields(tensor));
                });
    StepVerifier.create(
            sluice
                .submitScoped(
                    scopes, result -> result.view(result.task().yielded().get(0)).getInt(0))
                .count())
        .expectNext(20_000L)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aProgramSubmitsByValue() {
    Tensor tensor = Tensor.of(DType.INT32, 1);
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .submit(
                            Task.call("write", context -> context.tensor(0).setInt(0, 7))
                                .out(tensor)
                                .yields(tensor))
                        .map(result -> result.readAndClose(r -> r.view(tensor).getInt(0)))
                        .flatMap(
                            value ->
                                program.submit(
                                    Task.call("next", context -> {}).scalar((long) value)))
                        .map(result -> result.task().member(0).scalarValue(0))))
        .expectNext(7L)
        .expectComplete()
        .verify(BOUND);
  }
}

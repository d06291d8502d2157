package io.sluice;

import io.sluice.config.DataSize;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// Main class of a child: runs one task on each kind of thread, says what the last one wrote, and
/// does not dispose of the runtime.
final class StartupProgram {
  private StartupProgram() {}

  public static void main(String[] arguments) {
    Sluice sluice =
        Sluice.builder()
            .heap(DataSize.mebibytes(1))
            .threads("compute", 1)
            .blockingThreads("blocking", 1)
            .virtualThreads("virtual", 1)
            .build();
    Tensor answer = Tensor.of(DType.INT32, 1);
    Flux<Task> tasks =
        Flux.just(
            Task.fill(answer, view -> view.setInt(0, 40)),
            increment(answer).on("compute"),
            increment(answer).on("virtual"),
            Task.call("read", context -> {}).in(answer).yields(answer).on("blocking"));
    StepVerifier.create(
            sluice
                .submit(
                    tasks,
                    result -> result.task().yielded().isEmpty() ? 0 : result.view(answer).getInt(0))
                .reduce(Integer::sum)
                .delayUntil(sum -> sluice.drain()))
        .assertNext(System.out::println)
        .expectComplete()
        .verify(Duration.ofSeconds(30));
  }

  private static Task increment(Tensor tensor) {
    return Task.call(
            "increment", context -> context.tensor(0).setInt(0, context.tensor(0).getInt(0) + 1))
        .inout(tensor);
  }
}

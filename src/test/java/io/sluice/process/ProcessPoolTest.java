package io.sluice.process;

import static io.sluice.task.DType.INT64;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/// Tasks in worker processes.
class ProcessPoolTest {
  private static final Duration BOUND = Duration.ofSeconds(60);

  @Test
  void aKernelInAnotherProcessWritesTheHeapInPlace() {
    try (Sluice sluice =
        Sluice.builder()
            .heap(DataSize.mebibytes(1))
            .processes("cpu", 1, TestKernels.class)
            .build()) {
      Tensor a = Tensor.of(INT64, 10);
      Tensor b = Tensor.of(INT64, 10);
      Tensor sum = Tensor.of(INT64, 10);
      List<Long> result =
          sluice
              .submit(
                  Flux.just(
                      Task.call("a", TestKernels.FILL).out(a).scalar(100),
                      Task.call("b", TestKernels.FILL).out(b).scalar(1000),
                      Task.call("sum", TestKernels.ADD).in(a, b).out(sum).yields(sum)),
                  r -> r.task().yielded().isEmpty() ? 0L : r.view(sum).getLong(9))
              .collectList()
              .block(BOUND);
      assertThat(result).contains(1118L);
      sluice.drain().block(BOUND);
    }
  }
}

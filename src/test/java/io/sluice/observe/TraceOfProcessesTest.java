package io.sluice.observe;

import static java.util.Comparator.comparingLong;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.DType;
import io.sluice.task.Dependency;
import io.sluice.task.Kernel;
import io.sluice.task.KernelLibrary;
import io.sluice.task.Task;
import io.sluice.task.TaskId;
import io.sluice.task.Tensor;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// Times of kernels in worker processes, which tell how long these ran, and not when.
@Timeout(120)
class TraceOfProcessesTest {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final int SCOPES = 100;

  private static Kernel kernel(String name) {
    return KernelLibrary.kernel(Kernels.class, name);
  }

  private static Tensor slab() {
    return Tensor.of(DType.UINT8, 1_024);
  }

  private static Flux<Task> chain(int number) {
    Tensor first = slab();
    Tensor second = slab();
    Task last = Task.call("last", kernel("spin")).in(second);
    return Flux.just(
        Task.call("first", kernel("spin")).out(first),
        Task.call("second", kernel("spin")).in(first).out(second),
        number % 40 == 10 ? Task.call("crash", kernel("crash")).in(second) : last);
  }

  private static Trace trace(Flux<Flux<Task>> scopes) {
    try (Sluice sluice =
            Sluice.builder()
                .heap(DataSize.kibibytes(64))
                .processes("cpu", 2, Kernels.class)
                .build();
        TraceRecorder recorder = TraceRecorder.of(sluice)) {
      StepVerifier.create(sluice.submitScopedDelayError(scopes).then().onErrorComplete())
          .expectComplete()
          .verify(BOUND);
      StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
      return recorder.trace();
    }
  }

  @Test
  void noSliceBeginsBeforeItCouldOrOverlapsAnother() {
    Trace trace = trace(Flux.range(0, SCOPES).map(TraceOfProcessesTest::chain));
    assertThat(trace.isWhole()).isTrue();
    assertThat(trace.tasks()).hasSize(3 * SCOPES);
    Map<TaskId, TracedTask> byId = new HashMap<>();
    trace.tasks().forEach(task -> byId.put(task.id(), task));
    for (TracedTask task : trace.tasks()) {
      assertThat(task.slices()).as(task.name()).isNotEmpty();
      long began = task.slices().getFirst().startedNs();
      assertThat(began).isGreaterThanOrEqualTo(task.admittedNs());
      for (Dependency on : task.dependencies()) {
        List<Slice> before = byId.get(on.on()).slices();
        assertThat(began).isGreaterThanOrEqualTo(before.getLast().endedNs());
      }
      assertThat(task.waits().producerNs()).isNotNegative();
      assertThat(task.waits().workerNs()).isNotNegative();
    }
    assertNoneOverlap(trace);
  }

  private static void assertNoneOverlap(Trace trace) {
    Map<Integer, Long> ends = new HashMap<>();
    trace.tasks().stream()
        .flatMap(task -> task.slices().stream())
        .sorted(comparingLong(Slice::startedNs).thenComparingLong(Slice::endedNs))
        .forEach(
            slice -> {
              assertThat(slice.startedNs())
                  .isGreaterThanOrEqualTo(ends.getOrDefault(slice.worker(), 0L));
              ends.put(slice.worker(), slice.endedNs());
            });
  }

  @Test
  void aKernelThatIsKilledWhenItsTimeIsOverIsASlice() {
    Task hangs = Task.call("hangs", kernel("hang")).timeout(Duration.ofMillis(50));
    Trace trace = trace(Flux.just(Flux.just(hangs)));
    List<Slice> slices = trace.tasks().getFirst().slices();
    assertThat(slices).extracting(Slice::attempt).containsExactly(1);
    assertThat(slices).allMatch(slice -> slice.failed() && slice.runTimeNs() > 0);
  }

  /// What the processes run.
  public static final class Kernels implements KernelLibrary {
    @Override
    public Map<String, Kernel> kernels() {
      return Map.of(
          "spin",
          context -> {
            long until = System.nanoTime() + 20_000;
            while (System.nanoTime() < until) {
              Thread.onSpinWait();
            }
          },
          "crash",
          context -> Runtime.getRuntime().halt(3),
          "hang",
          context -> {
            while (context.attempt() > 0) {
              LockSupport.parkNanos(1_000_000);
            }
          });
    }
  }
}

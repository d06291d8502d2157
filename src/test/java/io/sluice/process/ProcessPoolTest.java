package io.sluice.process;

import static io.sluice.task.DType.INT64;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Await;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.Task;
import io.sluice.task.TaskRetry;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/// Tasks in worker processes.
class ProcessPoolTest {
  private static final Duration BOUND = Duration.ofSeconds(60);

  private static Sluice children(int count) {
    return Sluice.builder()
        .heap(DataSize.mebibytes(1))
        .processes("cpu", count, TestKernels.class)
        .build();
  }

  @Test
  void aKernelInAnotherProcessWritesTheHeapInPlace() {
    try (Sluice sluice = children(1)) {
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

  /// The watcher delivers; a subscriber that blocks it holds up nobody but itself.
  @Test
  void aSubscriberThatBlocksHoldsUpNoOtherRun() throws Exception {
    try (Sluice sluice = children(2)) {
      CountDownLatch isInside = new CountDownLatch(1);
      CountDownLatch release = new CountDownLatch(1);
      Disposable blocked =
          sluice
              .submit(Flux.just(Task.call("blocked", TestKernels.NOTHING)))
              .subscribe(
                  result -> {
                    isInside.countDown();
                    await(release);
                  });
      await(isInside);
      assertAnotherRunEnds(sluice);
      assertThat(blocked.isDisposed()).isFalse();
      release.countDown();
      sluice.drain().block(BOUND);
    }
  }

  /// The same for a filter of retries.
  @Test
  void aFilterThatBlocksHoldsUpNoOtherRun() throws Exception {
    try (Sluice sluice = children(2)) {
      CountDownLatch isInside = new CountDownLatch(1);
      CountDownLatch release = new CountDownLatch(1);
      TaskRetry retry =
          TaskRetry.max(1)
              .filter(
                  error -> {
                    isInside.countDown();
                    await(release);
                    return true;
                  });
      CompletableFuture<Long> blocked =
          sluice
              .submit(Flux.just(Task.call("blocked", TestKernels.FAIL_ONCE).retry(retry)))
              .count()
              .toFuture();
      await(isInside);
      assertAnotherRunEnds(sluice);
      assertThat(blocked).isNotDone();
      release.countDown();
      assertThat(blocked.get(60, TimeUnit.SECONDS)).isEqualTo(1);
    }
  }

  private static void assertAnotherRunEnds(Sluice sluice) {
    Long count =
        sluice
            .submit(Flux.range(0, 50).map(i -> Task.call("free", TestKernels.NOTHING)))
            .count()
            .block(BOUND);
    assertThat(count).isEqualTo(50);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// H-40: output, however much, neither blocks a child nor ends anything.
  @Test
  void aFloodOfOutputDoesNotBlockAChild() {
    try (Sluice sluice = children(1)) {
      sluice
          .submit(Flux.just(Task.call("print", TestKernels.PRINT).scalar(20_000)))
          .blockLast(BOUND);
    }
  }

  /// H-39.
  @Test
  void theLargestLegalTaskFitsIntoAFrame() {
    try (Sluice sluice = children(1)) {
      Tensor[] tensors = new Tensor[256];
      Arrays.setAll(tensors, i -> Tensor.of(INT64, 1, 1, 1, 1, 1, 1, 1, 8));
      Task task = Task.call("x".repeat(1_000), TestKernels.DESCRIBE).out(tensors);
      for (int i = 0; i < 1_024; i++) {
        task = i % 2 == 0 ? task.scalar(i) : task.scalar((double) i);
      }
      Tensor first = tensors[0];
      assertThat(
              sluice
                  .submit(
                      Flux.just(task.yields(first)),
                      r -> r.view(first).getLong(4) * 10_000 + r.view(first).getLong(5))
                  .blockLast(BOUND))
          .isEqualTo(256 * 10_000 + 1_024);
    }
  }

  @Test
  void aUserOwnedTensorReachesRunningAndRestartedChildren() {
    try (Sluice sluice = children(1);
        UserTensor early = sluice.tensor(INT64, 1_000)) {
      fill(sluice, early, 1);
      Children.signal(Children.pidOf(sluice), "KILL");
      try (UserTensor late = sluice.tensor(INT64, 2_000)) {
        fill(sluice, late, 2);
        fill(sluice, early, 3);
        assertThat(late.<Long>read(view -> view.getLong(1_999))).isEqualTo(2_001);
        assertThat(early.<Long>read(view -> view.getLong(999))).isEqualTo(1_002);
      }
    }
  }

  private static void fill(Sluice sluice, Tensor tensor, long base) {
    sluice
        .submit(
            Flux.just(
                Task.call("fill", TestKernels.FILL)
                    .out(tensor)
                    .scalar(base)
                    .idempotent()
                    .retry(TaskRetry.max(0).maxLostWorkers(1))))
        .blockLast(BOUND);
  }

  /// H-52: the frame of what was taken back is free when the child has passed it.
  @Test
  void aTaskBehindOneThatWasTakenBackIsStaged() {
    try (Sluice sluice =
        Sluice.builder()
            .heap(DataSize.mebibytes(1))
            .processes("cpu", 1, TestKernels.class, child -> child.pipelineDepth(1))
            .build()) {
      for (int i = 0; i < 300; i++) {
        sluice.submit(Flux.just(Task.call("cancelled", TestKernels.NOTHING))).subscribe().dispose();
        sluice.submit(Flux.just(Task.call("next", TestKernels.NOTHING))).blockLast(BOUND);
      }
    }
  }

  /// All at once, more of them than the list of those that are to be forgotten holds; while the child can take none
  /// of them from it.
  @Test
  void aChildUnmapsUserOwnedTensorsThatAreClosed() {
    try (Sluice sluice = children(1)) {
      long without = mappedRegions(sluice);
      List<UserTensor> tensors = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        tensors.add(sluice.tensor(INT64, 100));
        fill(sluice, tensors.getLast(), i);
      }
      assertThat(mappedRegions(sluice)).isEqualTo(without + 200);
      long child = Children.pidOf(sluice);
      Children.signal(child, "STOP");
      tensors.forEach(UserTensor::close);
      Children.signal(child, "CONT");
      Await.until("they are unmapped", () -> mappedRegions(sluice) == without);
    }
  }

  private static long mappedRegions(Sluice sluice) {
    Tensor count = Tensor.of(INT64, 1);
    return sluice
        .submit(
            Flux.just(Task.call("mapped", TestKernels.MAPPED).out(count).yields(count)),
            result -> result.view(count).getLong(0))
        .blockLast(BOUND);
  }

  /// Where every byte above 2 GiB is one that an `int` can't count.
  @Test
  void aHeapOfMoreThanTwoGibibytesIsMapped() {
    try (Sluice sluice =
        Sluice.builder()
            .heap(DataSize.gibibytes(3))
            .processes("cpu", 1, TestKernels.class)
            .build()) {
      Tensor low = Tensor.of(INT64, 300L << 20);
      Tensor high = Tensor.of(INT64, 8);
      assertThat(
              sluice
                  .submit(
                      Flux.just(
                          Task.alloc(low),
                          Task.call("high", TestKernels.FILL).out(high).scalar(5).yields(high)),
                      r -> r.task().yielded().isEmpty() ? 0L : r.view(high).getLong(7))
                  .blockLast(BOUND))
          .isEqualTo(12);
    }
  }

  @Test
  void withoutNativeAccessTheErrorGivesTheFlag() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                DoomedParent.class.getName())
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(text).contains("--enable-native-access=ALL-UNNAMED").doesNotContain("WARNING");
  }
}

package io.sluice.process;

import static io.sluice.task.DType.INT64;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Await;
import io.sluice.Sluice;
import io.sluice.SluiceBuilder;
import io.sluice.config.DataSize;
import io.sluice.error.TaskFailedException;
import io.sluice.error.TaskTimeoutException;
import io.sluice.task.Arguments;
import io.sluice.task.LibraryKernel;
import io.sluice.task.Range;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Flux;

/// What tasks may expect of a pool named `cpu` with three workers, whatever its workers are. One runtime
/// serves all tests, so that what one leaves behind shows in the next.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WorkerContract {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final int WORKERS = 3;

  private Sluice sluice;

  /// Adds the pool.
  abstract SluiceBuilder withPool(SluiceBuilder builder, String name, int workers);

  Task call(String name, LibraryKernel kernel) {
    return Task.call(name, kernel);
  }

  Task group(String name, LibraryKernel kernel, Arguments... members) {
    return Task.group(name, kernel, members);
  }

  @BeforeAll
  void build() {
    sluice =
        withPool(Sluice.builder().heap(DataSize.mebibytes(4)), "cpu", WORKERS)
            .allocationTimeout(Duration.ofMinutes(2))
            .build();
  }

  @AfterEach
  void everythingComesBack() {
    sluice.drain().block(BOUND);
    assertThat(sluice.figures().heapUsedBytes()).isZero();
  }

  @AfterAll
  void dispose() {
    sluice.disposeGracefully(Duration.ofSeconds(10)).block(BOUND);
  }

  private List<Long> numbers(Task task, Tensor out, Task... before) {
    List<Task> tasks = new ArrayList<>(List.of(before));
    tasks.add(task.yields(out));
    return Objects.requireNonNull(
        sluice
            .submit(
                Flux.fromIterable(tasks),
                r ->
                    r.task().yielded().isEmpty()
                        ? List.<Long>of()
                        : LongStream.range(0, r.view(out).elementCount())
                            .mapToObj(i -> r.view(out).getLong(i))
                            .toList())
            .filter(list -> !list.isEmpty())
            .blockLast(BOUND));
  }

  private Throwable failure(Task task) {
    Throwable failure =
        sluice.submit(Flux.just(task)).then().materialize().block(BOUND).getThrowable();
    assertThat(failure).isInstanceOf(TaskFailedException.class);
    return failure.getCause();
  }

  @Test
  void aKernelReadsAndWritesTensorsAndScalars() {
    Tensor a = Tensor.of(INT64, 100);
    Tensor b = Tensor.of(INT64, 100);
    Tensor sum = Tensor.of(INT64, 100);
    assertThat(
            numbers(
                call("sum", TestKernels.ADD).in(a, b).out(sum),
                sum,
                call("a", TestKernels.FILL).out(a).scalar(10),
                call("b", TestKernels.FILL).out(b).scalar(1_000)))
        .isEqualTo(LongStream.range(0, 100).mapToObj(i -> 1_010 + 2 * i).toList());
  }

  @Test
  void aSliceIsWrittenInPlaceAndNothingBesideIt() {
    Tensor whole = Tensor.of(INT64, 4, 4).zeroed();
    List<Long> result =
        numbers(
            call("touch", TestKernels.NOTHING).inout(whole),
            whole,
            Task.alloc(whole),
            call("box", TestKernels.FILL)
                .out(whole.slice(Range.of(1, 3), Range.of(1, 3)))
                .scalar(5));
    assertThat(result)
        .containsExactly(0L, 0L, 0L, 0L, 0L, 5L, 6L, 0L, 0L, 7L, 8L, 0L, 0L, 0L, 0L, 0L);
  }

  @Test
  void freshBytesAreZeroWhereTheyAreToBe() {
    Tensor zeroed = Tensor.of(INT64, 512).zeroed();
    Tensor dirty = Tensor.of(INT64, 512);
    numbers(call("fill", TestKernels.FILL).out(dirty).scalar(7), dirty);
    assertThat(numbers(call("nothing", TestKernels.NOTHING).out(zeroed), zeroed))
        .containsOnly(0L)
        .hasSize(512);
  }

  @Test
  void aUserOwnedTensorMadeLaterIsSeenInPlace() {
    Tensor first = Tensor.of(INT64, 1);
    numbers(call("first", TestKernels.FILL).out(first).scalar(1), first);
    try (UserTensor own = sluice.tensor(INT64, 1_000)) {
      own.write(view -> view.setLong(999, 41));
      Tensor copy = Tensor.of(INT64, 1_000);
      assertThat(numbers(call("copy", TestKernels.COPY).in(own).out(copy), copy).get(999))
          .isEqualTo(41);
      sluice.submit(Flux.just(call("fill", TestKernels.FILL).out(own).scalar(3))).blockLast(BOUND);
      assertThat(own.<Long>read(view -> view.getLong(999))).isEqualTo(1_002);
    }
  }

  @Test
  void aKernelSaysHowManyRowsItUsed() {
    Tensor rows = Tensor.of(INT64, 100).atMost();
    Task task = call("rows", TestKernels.ROWS).out(rows).scalar(3).yields(rows);
    assertThat(sluice.submit(Flux.just(task), r -> r.view(rows).elementCount()).blockLast(BOUND))
        .isEqualTo(3);
  }

  @Test
  void aKernelKnowsItsTask() {
    Tensor out = Tensor.of(INT64, 8);
    assertThat(numbers(call("names", TestKernels.DESCRIBE).out(out).scalar(1).scalar(2.5), out))
        .containsExactly(0L, 1L, 1L, 0L, 1L, 2L, 5L, 5L);
  }

  @Test
  void membersOfAGroupRunSideBySide() {
    Tensor a = Tensor.of(INT64, 8);
    Tensor b = Tensor.of(INT64, 8);
    Task group =
        group("both", TestKernels.DESCRIBE, Arguments.none().out(a), Arguments.none().out(b))
            .yields(a, b);
    List<Long> seen =
        sluice
            .submit(
                Flux.just(group),
                r -> List.of(r.view(a).getLong(0), r.view(b).getLong(0), r.view(b).getLong(1)))
            .blockLast(BOUND);
    assertThat(seen).containsExactly(0L, 1L, 2L);
  }

  @Test
  void aGroupOfWhichAMemberFailsStopsTheOthersAndFails() {
    Task group =
        group(
            "group", TestKernels.FAIL_FIRST, Arguments.none(), Arguments.none(), Arguments.none());
    assertThat(failure(group).toString()).contains("java.io.IOException: the first member");
  }

  @Test
  void eventsTellTheLifeOfATask() {
    Queue<TaskEvent> told = new ConcurrentLinkedQueue<>();
    var listening = sluice.events().doOnNext(told::add).subscribe();
    sluice
        .submit(Flux.just(call("once", TestKernels.FAIL_ONCE).out(Tensor.of(INT64, 1)).retry(1)))
        .blockLast(BOUND);
    sluice.drain().block(BOUND);
    Await.until(
        "the drain is told", () -> told.stream().anyMatch(TaskEvent.Drained.class::isInstance));
    listening.dispose();
    assertThat(told.stream().map(event -> event.getClass().getSimpleName()))
        .containsSubsequence(
            "Admitted", "Started", "Retried", "Started", "Completed", "Consumed", "Drained");
  }

  @Test
  void aTaskForAnExactWorkerRunsThere() {
    Queue<TaskEvent.Started> started = new ConcurrentLinkedQueue<>();
    var listening =
        sluice.events().ofType(TaskEvent.Started.class).doOnNext(started::add).subscribe();
    sluice
        .submit(
            Flux.range(0, 6).map(i -> call("t" + i, TestKernels.NOTHING).on("cpu", i % WORKERS)))
        .blockLast(BOUND);
    sluice.drain().block(BOUND);
    listening.dispose();
    assertThat(started)
        .hasSize(6)
        .allMatch(
            event ->
                event.pool().equals("cpu")
                    && event.worker() == Integer.parseInt(event.taskName().substring(1)) % WORKERS);
  }

  @Test
  void whatAKernelThrowsFailsItsTaskWithClassAndMessage() {
    Throwable cause = failure(call("fail", TestKernels.FAIL));
    assertThat(cause.toString()).contains("java.io.IOException: boom");
    assertThat(cause.getCause().toString()).contains("java.lang.IllegalStateException: because");
    assertThat(cause.getStackTrace()[0].getMethodName()).isEqualTo("fail");
  }

  @Test
  void aWrongScalarIsToldAsSuch() {
    assertThat(failure(call("fill", TestKernels.FILL).out(Tensor.of(INT64, 1)).scalar(1.5)))
        .hasMessageContaining("scalar 0 was given as a double, asked for as a long");
  }

  @Test
  void aFailureIsTriedAgain() {
    Tensor out = Tensor.of(INT64, 1);
    assertThat(
            sluice
                .submit(Flux.just(call("once", TestKernels.FAIL_ONCE).out(out).retry(1)))
                .count()
                .block(BOUND))
        .isEqualTo(1);
  }

  @Test
  void aKernelThatIsAskedToStopReturns() {
    sluice
        .submit(Flux.just(call("first", TestKernels.NOTHING), call("wait", TestKernels.WAIT)))
        .take(1)
        .blockLast(BOUND);
  }

  @Test
  void aKernelPastItsTimeoutFailsItsTask() {
    assertThat(failure(call("wait", TestKernels.WAIT).timeout(Duration.ofMillis(300))))
        .isInstanceOf(TaskTimeoutException.class);
  }

  @Test
  void manyTasksEachCountOnce() {
    List<Integer> sums =
        sluice
            .submitScoped(
                Flux.range(0, 500)
                    .map(
                        i -> {
                          Tensor a = Tensor.of(INT64, 64);
                          Tensor b = Tensor.of(INT64, 64);
                          return Flux.just(
                              call("fill", TestKernels.FILL).out(a).scalar(i),
                              call("copy", TestKernels.COPY).in(a).out(b).yields(b));
                        }),
                r ->
                    r.task().yielded().isEmpty()
                        ? -1
                        : (int) r.view(r.task().yielded().getFirst()).getLong(63) - 63)
            .filter(i -> i >= 0)
            .collectSortedList()
            .block(BOUND);
    assertThat(sums).isEqualTo(IntStream.range(0, 500).boxed().toList());
  }
}

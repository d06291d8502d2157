package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.config.HeapPolicy;
import io.sluice.error.CompositeTaskException;
import io.sluice.error.InvalidTaskException;
import io.sluice.error.ResultClosedException;
import io.sluice.error.TaskFailedException;
import io.sluice.task.Arguments;
import io.sluice.task.DType;
import io.sluice.task.Kernel;
import io.sluice.task.KernelContext;
import io.sluice.task.Shape;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// Tensors whose rows are a maximum: their kernel says how many it used.
class MaximumRowsTest extends RuntimeTest {
  private final Tensor rows = Tensor.named("rows", DType.UINT8, 4, SLAB).atMost();

  /// Writes the number of each row into it, and says that it used so many.
  private static Task using(long count, Tensor tensor) {
    return Task.call("use " + count, context -> fill(context, count)).out(tensor);
  }

  private static void fill(KernelContext context, long count) {
    for (int row = 0; row < count; row++) {
      context.tensor(0).setInt((long) row * SLAB, row + 1);
    }
    context.setRows(0, count);
  }

  private Task shapeSeen(AtomicReference<Shape> seen) {
    return Task.call("look", context -> seen.set(context.tensor(rows).shape())).in(rows);
  }

  private void runs(Task... tasks) {
    StepVerifier.create(sluice.submit(Flux.just(tasks), RuntimeTest::nameOf))
        .expectNextCount(tasks.length)
        .expectComplete()
        .verify(BOUND);
  }

  private void fails(String message, Task... tasks) {
    StepVerifier.create(sluice.submit(Flux.just(tasks)))
        .thenConsumeWhile(result -> true)
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining(message))
        .verify(BOUND);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "3", "4"})
  void readersSeeTheRowsThatTheKernelUsed(long count) {
    AtomicReference<Shape> seen = new AtomicReference<>();
    Flux<List<Long>> read =
        sluice.submit(
            Flux.just(using(count, rows).yields(rows), shapeSeen(seen)), MaximumRowsTest::sizesOf);
    StepVerifier.create(read)
        .expectNext(List.of(count, count * SLAB, count * SLAB))
        .expectNext(List.of())
        .expectComplete()
        .verify(BOUND);
    assertThat(seen.get().extents()).containsExactly(count, SLAB);
  }

  private static List<Long> sizesOf(TaskResult result) {
    return result.task().yielded().stream()
        .map(result::view)
        .flatMap(
            view -> List.of(view.shape().extent(0), view.elementCount(), view.byteSize()).stream())
        .toList();
  }

  @Test
  void aKernelThatSaysNothingHasUsedAll() {
    AtomicReference<Shape> seen = new AtomicReference<>();
    runs(Task.call("silent", context -> {}).out(rows), shapeSeen(seen));
    assertThat(seen.get().extents()).containsExactly(4, SLAB);
  }

  @Test
  void theLastWordCounts() {
    AtomicReference<Shape> seen = new AtomicReference<>();
    Kernel kernel =
        context -> {
          context.setRows(rows, 1);
          context.setRows(rows, 3);
        };
    runs(Task.call("twice", kernel).out(rows), shapeSeen(seen));
    assertThat(seen.get().extent(0)).isEqualTo(3);
  }

  @Test
  void theWriterSeesTheMaximumWhateverItHasSaid() {
    AtomicReference<Shape> seen = new AtomicReference<>();
    Kernel kernel =
        context -> {
          context.setRows(0, 1);
          seen.set(context.tensor(0).shape());
        };
    runs(Task.call("look", kernel).out(rows));
    assertThat(seen.get().extent(0)).isEqualTo(4);
  }

  @Test
  void nothingCanBeReadOfNoRows() {
    fails(
        "Index 0 out of bounds for length 0",
        using(0, rows),
        Task.call("look", context -> context.tensor(0).getInt(0)).in(rows));
  }

  @Test
  void anInPlaceWriterSeesAndKeepsTheRows() {
    AtomicReference<Shape> seen = new AtomicReference<>();
    runs(
        using(2, rows),
        Task.call("add", context -> seen.set(context.tensor(0).shape())).inout(rows),
        shapeSeen(seen));
    assertThat(seen.get().extent(0)).isEqualTo(2);
  }

  @Test
  void eachVersionHasRowsOfItsOwn() {
    AtomicReference<Shape> first = new AtomicReference<>();
    AtomicReference<Shape> second = new AtomicReference<>();
    Kernel renew =
        context -> {
          first.set(context.tensor(0).shape());
          context.setRows(1, 3);
        };
    runs(using(1, rows), Task.call("renew", renew).in(rows).out(rows), shapeSeen(second));
    assertThat(first.get().extent(0)).isEqualTo(1);
    assertThat(second.get().extent(0)).isEqualTo(3);
  }

  @Test
  void whatWasNotUsedIsFreeWhileTheRestIsHeld() {
    Tensor wide = Tensor.of(DType.UINT8, 8, SLAB).atMost();
    StepVerifier.create(
            sluice
                .submit(
                    Flux.just(using(1, wide), quick("next").out(slabs(7))).concatWith(Flux.never()))
                .map(RuntimeTest::nameOf))
        .expectNext("use 1", "next")
        .then(() -> assertThat(settled().freeBytes()).isZero())
        .thenCancel()
        .verify(BOUND);
  }

  @Test
  void aSlabKeepsItsLeastUnitEvenForNoRows() {
    StepVerifier.create(
            sluice
                .submit(Flux.just(using(0, rows)).concatWith(Flux.never()))
                .map(RuntimeTest::nameOf))
        .expectNext("use 0")
        .then(() -> assertThat(settled().freeBytes()).isEqualTo(7 * SLAB))
        .thenCancel()
        .verify(BOUND);
  }

  @Test
  void outputsOfFixedSizeLieBeforeIt() {
    Tensor fixed = slabs(2);
    Kernel kernel =
        context -> {
          context.tensor(fixed).setInt(2L * SLAB - 1, 77);
          context.setRows(rows, 1);
        };
    StepVerifier.create(
            sluice.submit(
                Flux.just(
                        Task.call("both", kernel).out(rows, fixed).yields(fixed),
                        quick("over").out(slabs(5)))
                    .concatWith(Flux.never()),
                result ->
                    result.task().yielded().isEmpty()
                        ? -1
                        : result.view(fixed).getInt(2L * SLAB - 1)))
        .expectNext(77, -1)
        .then(() -> assertThat(settled().freeBytes()).isZero())
        .thenCancel()
        .verify(BOUND);
  }

  @Test
  void aRingTakesTheTailOfItsNewestSlabOnly() {
    use(builder().heapPolicy(HeapPolicy.RING));
    Flux<Task> tasks =
        Flux.just(
            Task.call("older", kernels.kernel()).out(rows),
            Task.call("newer", context -> context.setRows(0, 1))
                .out(Tensor.of(DType.UINT8, 4, SLAB).atMost()));
    StepVerifier.create(sluice.submit(tasks.concatWith(Flux.never())).map(RuntimeTest::nameOf))
        .expectNext("newer")
        .then(() -> assertThat(settled().freeBytes()).isEqualTo(3 * SLAB))
        .thenCancel()
        .verify(BOUND);
  }

  @Test
  void eachMemberOfAGroupSaysItsOwn() {
    Tensor other = Tensor.of(DType.UINT8, 4, SLAB).atMost();
    Kernel kernel = context -> context.setRows(0, context.memberIndex() + 1L);
    Task group =
        Task.group("group", kernel, Arguments.none().out(rows), Arguments.none().out(other))
            .yields(rows, other);
    StepVerifier.create(
            sluice.submit(
                Flux.just(group),
                result ->
                    List.of(
                        result.view(rows).shape().extent(0), result.view(other).shape().extent(0))))
        .expectNext(List.of(1L, 2L))
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aFillSaysItByWhatItReturns() {
    Task fill =
        Task.fillUpTo(
                rows,
                view -> {
                  view.setInt(SLAB, 9);
                  return 2;
                })
            .yields(rows);
    StepVerifier.create(
            sluice.submit(
                Flux.just(fill),
                result -> result.view(rows).shape().extent(0) + result.view(rows).getInt(SLAB)))
        .expectNext(11L)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aProgramSeesThem() {
    Flux<Long> seen =
        sluice.run(
            orchestrator ->
                orchestrator
                    .submit(using(3, rows).yields(rows))
                    .map(result -> result.readAndClose(r -> r.view(rows).shape().extent(0))));
    StepVerifier.create(seen).expectNext(3L).expectComplete().verify(BOUND);
  }

  @Test
  void itsFailureIsReadAsAnyOther() {
    Task broken = failing("broken", failure("by hand")).out(rows);
    StepVerifier.create(
            sluice.submitDelayError(Flux.just(broken, shapeSeen(new AtomicReference<>()))))
        .expectErrorSatisfies(
            error ->
                assertThat(((CompositeTaskException) error).causes().getLast())
                    .hasMessageContaining("because an earlier task failed")
                    .hasMessageContaining("by hand"))
        .verify(BOUND);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 5, Long.MAX_VALUE})
  void rowsOutOfRangeFailTheTask(long count) {
    fails(
        "sets %d row(s) of tensor 'rows' UINT8 at most [4, 1024]; set 0 to 4".formatted(count),
        Task.call("much", context -> context.setRows(0, count)).out(rows));
  }

  @Test
  void onlyTheOneThatWritesAnewMaySayRows() {
    fails(
        "its kernel sets the rows of INOUT tensor 'rows'",
        using(1, rows),
        Task.call("add", context -> context.setRows(0, 1)).inout(rows));
    fails(
        "sets the rows of OUT", Task.call("fixed", context -> context.setRows(0, 1)).out(slabs(1)));
    fails("does not name", Task.call("other", context -> context.setRows(rows, 1)).out(slabs(1)));
    fails("Index 1 out of bounds", Task.call("none", context -> context.setRows(1, 1)).out(rows));
  }

  @Test
  void nobodyMaySayRowsBehindTheKernel() {
    AtomicReference<KernelContext> kept = new AtomicReference<>();
    runs(Task.call("keep", kept::set).out(rows));
    assertThatExceptionOfType(ResultClosedException.class)
        .isThrownBy(() -> kept.get().setRows(0, 1));
  }

  @Test
  void whatCanNotBeDoneWithItIsRefusedWhereItIsWritten() {
    refused(() -> rows.slice(), "can't be taken where the rows are a maximum");
    refused(() -> rows.rows(0, 1), "can't be taken where the rows are a maximum");
    refused(() -> Task.alloc(rows), "rows that only a kernel can tell");
    refused(() -> quick("a").outExisting(rows), "OUT_EXISTING tensor 'rows'");
    refused(() -> quick("a").noDep(rows), "NO_DEP tensor 'rows'");
    refused(() -> Arguments.none().noDep(rows), "NO_DEP tensor 'rows'");
    refused(() -> Task.fillUpTo(slabs(1), view -> 1), "no maximum");
    refused(() -> Task.fillUpTo(rows, null), "writer must not be null");
    try (var owned = sluice.tensor(DType.UINT8, 4)) {
      refused(owned::atMost, "user-owned");
    }
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String why) {
    assertThatExceptionOfType(InvalidTaskException.class)
        .isThrownBy(call)
        .withMessageContaining(why);
  }

  /// Twice as many bytes at the most as the heap has, and half of it at any time.
  @ParameterizedTest
  @EnumSource
  void aStreamOfThemPassesThroughTheHeap(HeapPolicy policy) {
    use(builder().heapPolicy(policy));
    Flux<Flux<Task>> scopes =
        Flux.range(0, 500)
            .map(
                i -> {
                  Tensor out = Tensor.of(DType.UINT8, 5, SLAB).atMost();
                  return Flux.just(using(i % 6, out).yields(out));
                });
    StepVerifier.create(
            sluice
                .submitScoped(
                    scopes,
                    result -> result.view(result.task().yielded().getFirst()).shape().extent(0))
                .reduce(0L, Long::sum))
        .expectNext(500L / 6 * 15 + 1)
        .expectComplete()
        .verify(BOUND);
  }
}

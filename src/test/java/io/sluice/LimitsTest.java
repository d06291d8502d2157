package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.task.Arguments;
import io.sluice.task.DType;
import io.sluice.task.KernelContext;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// The most of everything goes through, and naming a thing twice is harmless where it means
/// something.
class LimitsTest extends RuntimeTest {

  private void assertCompletes(Task... tasks) {
    StepVerifier.create(sluice.submit(Flux.just(tasks), RuntimeTest::nameOf))
        .expectNextCount(tasks.length)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aTaskOf256Tensors() {
    Tensor t = Tensor.of(DType.UINT8, 256);
    Task task = Task.call("many", context -> assertThat(lastElement(context)).isEqualTo(255));
    for (int i = 0; i < 256; i++) {
      task = task.in(t.rows(i, i + 1));
    }
    Task fill =
        Task.fill(
            t,
            view -> {
              for (int i = 0; i < 256; i++) {
                view.setInt(i, i);
              }
            });
    assertCompletes(fill, task);
  }

  private static int lastElement(KernelContext context) {
    return context.tensor(context.tensorCount() - 1).getInt(0);
  }

  @Test
  void aTaskOf1024Scalars() {
    Task task =
        Task.call(
            "many",
            context -> {
              assertThat(context.scalarCount()).isEqualTo(1_024);
              assertThat(context.scalarLong(1_022)).isEqualTo(1_022);
              assertThat(context.scalarDouble(1_023)).isEqualTo(0.5);
            });
    for (int i = 0; i < 1_023; i++) {
      task = task.scalar(i);
    }
    assertCompletes(task.scalar(0.5));
  }

  @Test
  void aTensorOfEightDimensions() {
    Tensor t = Tensor.of(DType.INT16, 2, 1, 2, 1, 2, 1, 2, 3);
    assertCompletes(
        Task.call(
                "write",
                context ->
                    context.tensor(0).setInt(context.tensor(0).indexOf(1, 0, 1, 0, 1, 0, 1, 2), 7))
            .out(t),
        Task.call("read", context -> assertThat(context.tensor(0).getInt(47)).isEqualTo(7)).in(t));
  }

  @Test
  void aGroupAsWideAsItsPoolHasEachWorkerOnce() {
    Set<String> workers = ConcurrentHashMap.newKeySet();
    Arguments none = Arguments.none();
    Task group =
        Task.group("g", context -> workers.add(context.workerName()), none, none, none, none);
    assertCompletes(group.on("cpu", 3, 2, 1, 0));
    assertThat(workers).containsExactlyInAnyOrder("cpu-0", "cpu-1", "cpu-2", "cpu-3");
  }

  @Test
  void yieldingTwiceHoldsOnce() {
    Tensor t = slabs(1);
    assertCompletes(quick("a").out(t).yields(t, t).yields(t));
    UserTensor mine = sluice.tensor(DType.UINT8, 4);
    assertCompletes(quick("b").out(mine).yields(mine, mine));
    assertThat(mine.<Integer>read(view -> view.getInt(0))).isZero();
    mine.close();
  }

  @Test
  void aUserOwnedTensorMayBeNamedInParts() {
    UserTensor mine = sluice.tensor(DType.UINT8, 4);
    assertCompletes(
        quick("halves").out(mine.rows(0, 2), mine.rows(2, 4)).yields(mine.rows(2, 4)),
        quick("read").in(mine, mine));
    mine.close();
  }

  @Test
  void aLastUseDeclaredTwiceIsOne() {
    Tensor t = slabs(1);
    assertCompletes(quick("w").out(t), quick("r").in(t).lastUse(t, t).lastUse(t));
  }

  @Test
  void comingAfterATaskTwiceIsComingAfterIt() {
    Task first = quick("first");
    assertCompletes(first, quick("second").after(first, first).after(first));
  }

  @Test
  void aTaskMayBeSubmittedAgain() {
    Task task = writing(7);
    assertCompletes(task, task, quick("after").after(task), task);
  }

  @Test
  void aTensorMayBeAllocatedAgain() {
    Tensor t = slabs(1);
    assertCompletes(
        Task.alloc(t), quick("w").out(t.rows(0, 9)), Task.alloc(t), quick("r").in(t.rows(0, 9)));
  }
}

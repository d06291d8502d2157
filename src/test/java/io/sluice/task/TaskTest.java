package io.sluice.task;

import static io.sluice.task.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

class TaskTest {
  private static final Kernel NOTHING = context -> {};
  private static final Tensor A = Tensor.named("a", DType.INT8, 4);
  private static final Tensor B = Tensor.named("b", DType.INT8, 4);

  @Test
  void aCallIsItsKernelAndWhatItNames() {
    Task task = Task.call("gray", NOTHING).in(A).out(B).scalar(3).scalar(0.5).yields(B).lastUse(A);
    assertThat(task.kind()).isEqualTo(Task.Kind.CALL);
    assertThat(task.name()).isEqualTo("gray");
    assertThat(task.kernel()).isSameAs(NOTHING);
    assertThat(task.memberCount()).isEqualTo(1);
    assertThat(task.isGroup()).isFalse();
    assertThat(task.member(0).tensors())
        .containsExactly(new Argument(A, Access.IN), new Argument(B, Access.OUT));
    assertThat(task.member(0).scalarValue(0)).isEqualTo(3L);
    assertThat(task.member(0).scalarValue(1)).isEqualTo(0.5);
    assertThat(task.yielded()).containsExactly(B);
    assertThat(task.lastUses()).containsExactly(A);
    assertThat(task.pool()).isNull();
    assertThat(task.exactWorker(0)).isEqualTo(-1);
    assertThat(task).hasToString("task 'gray'");
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> task.member(1));
  }

  @Test
  void aReactiveCallKeepsItsKernelThroughAllChanges() {
    ReactiveKernel kernel = context -> Mono.empty();
    Task task = Task.callReactive("fetch", kernel).named("get").out(A).scalar(1).on("io");
    assertThat(task.kind()).isEqualTo(Task.Kind.CALL);
    assertThat(task.isReactive()).isTrue();
    assertThat(task.reactiveKernel()).isSameAs(kernel);
    assertThat(Task.call("gray", NOTHING).isReactive()).isFalse();
    assertThat(Task.call("gray", NOTHING).reactiveKernel()).isNull();
  }

  @Test
  void aReactiveGroupIsAGroup() {
    Task group =
        Task.groupReactive("g", context -> Mono.empty(), Arguments.none(), Arguments.none());
    assertThat(group.isGroup()).isTrue();
    assertThat(group.isReactive()).isTrue();
    assertThat(group.memberCount()).isEqualTo(2);
  }

  @Test
  void aReactiveCallNeedsItsKernelAndAName() {
    assertRefused(() -> Task.callReactive("fetch", null), "task 'fetch': kernel must not be null");
    assertRefused(
        () -> Task.callReactive(" ", context -> Mono.empty()),
        "a task: its name must not be null or blank, was ' '; give it another");
    assertRefused(
        () -> Task.groupReactive("g", context -> Mono.empty()),
        "task 'g': a group must have at least 1 member, had 0; give it Arguments");
  }

  static Stream<UnaryOperator<Task>> changes() {
    return Stream.of(
        task -> task.named("other"),
        task -> task.in(B),
        task -> task.out(B),
        task -> task.inout(B),
        task -> task.outExisting(B),
        task -> task.noDep(B),
        task -> task.scalar(1),
        task -> task.scalar(1.0),
        task -> task.yields(A),
        task -> task.lastUse(A),
        task -> task.after(Task.call("before", NOTHING)),
        task -> task.on("cpu"),
        task -> task.on("cpu", 0));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void eachMethodReturnsAnotherTaskAndLeavesTheOldOne(UnaryOperator<Task> change) {
    Task old = Task.call("old", NOTHING).in(A);
    assertThat(change.apply(old)).isNotSameAs(old);
    assertThat(old.name()).isEqualTo("old");
    assertThat(old.member(0).tensorCount()).isEqualTo(1);
    assertThat(old.member(0).scalarCount()).isZero();
    assertThat(old.yielded()).isEmpty();
    assertThat(old.lastUses()).isEmpty();
    assertThat(old.predecessorNames()).isEmpty();
    assertThat(old.pool()).isNull();
    assertThat(old.exactWorker(0)).isEqualTo(-1);
  }

  @Test
  void whatWasSaidBeforeStays() {
    Task before = Task.call("before", NOTHING);
    Task task =
        Task.call("old", NOTHING)
            .in(A)
            .yields(A)
            .lastUse(A)
            .after(before)
            .on("cpu", 2)
            .named("new");
    assertThat(task.name()).isEqualTo("new");
    assertThat(task.yielded()).containsExactly(A);
    assertThat(task.lastUses()).containsExactly(A);
    assertThat(task.predecessorNames()).containsExactly("before");
    assertThat(task.pool()).isEqualTo("cpu");
    assertThat(task.exactWorker(0)).isEqualTo(2);
    assertThat(task.on("cpu").exactWorker(0)).as("any worker again").isEqualTo(-1);
    assertThat(task.after(task).predecessorNames()).containsExactly("before", "new");
  }

  @Test
  void keepsGivenArraysForItself() {
    int[] workers = {1};
    TensorRef[] yielded = {A};
    Arguments[] members = {Arguments.none().in(A)};
    Task task = Task.group("g", NOTHING, members).yields(yielded).on("cpu", workers);
    workers[0] = 9;
    yielded[0] = B;
    members[0] = Arguments.none();
    assertThat(task.exactWorker(0)).isEqualTo(1);
    assertThat(task.yielded()).containsExactly(A);
    assertThat(task.member(0).tensorCount()).isEqualTo(1);
  }

  @Test
  void aFillWritesOnTheLoaders() {
    Task task = Task.fill(A, view -> {});
    assertThat(task.name()).isEqualTo("fill");
    assertThat(task.pool()).isEqualTo(Pools.LOADER);
    assertThat(task.member(0).tensors()).containsExactly(new Argument(A, Access.OUT));
    assertRefused(() -> Task.fill(A, (TensorWriter) null), "task 'fill': writer must not be null");
    assertRefused(
        () -> Task.fill(A, (TensorWriter.WithContext) null),
        "task 'fill': writer must not be null");
    assertRefused(
        () -> Task.fill(null, view -> {}),
        "task 'fill': a tensor must not be null; name a Tensor or a slice");
  }

  @Test
  void anAllocNamesItsTensorAndNothingElse() {
    Task task = Task.alloc(A).named("space");
    assertThat(task.kind()).isEqualTo(Task.Kind.ALLOC);
    assertThat(task.name()).isEqualTo("space");
    assertThat(task.member(0).tensors()).containsExactly(new Argument(A, Access.OUT));
    assertRefused(() -> Task.alloc(null), "task 'alloc': tensor must not be null");
    assertRefused(
        () -> task.in(B),
        "task 'space': tensors can't be added to an alloc; add them to a task that follows");
    assertRefused(
        () -> task.scalar(1),
        "task 'space': scalars can't be added to an alloc; add them to a task that follows");
    assertRefused(
        () -> task.on("cpu"), "task 'space': an alloc runs on no worker; leave on(...) out");
    assertRefused(
        () -> task.on("cpu", 0), "task 'space': an alloc runs on no worker; leave on(...) out");
  }

  @Test
  void aUserOwnedTensorIsNotAllocated() {
    UserTensor mine = new UserTensor("mine", DType.INT8, Shape.of(4), new FakeStorage());
    assertRefused(
        () -> Task.alloc(mine),
        "task 'alloc': tensor 'mine' INT8[4] is user-owned and has storage; write it without"
            + " alloc");
  }

  @Test
  void hasANameThatCanBeRead() {
    String rule = "a task: its name must not be null or blank, was ";
    assertRefused(() -> Task.call(null, NOTHING), rule + "null; give it another");
    assertRefused(() -> Task.call("", NOTHING), rule + "''; give it another");
    assertRefused(() -> Task.group(" \t", NOTHING), rule + "' \t'; give it another");
    assertRefused(() -> Task.call("a", NOTHING).named(" "), rule + "' '; give it another");
  }

  @Test
  void hasAKernel() {
    assertRefused(() -> Task.call("a", null), "task 'a': kernel must not be null");
    assertRefused(
        () -> Task.group("a", null, Arguments.none()), "task 'a': kernel must not be null");
  }

  @Test
  void nullIsNoTensor() {
    Task task = Task.call("a", NOTHING);
    assertRefused(
        () -> task.in(A, null), "task 'a': a tensor must not be null; name a Tensor or a slice");
    assertRefused(
        () -> task.inout((TensorRef[]) null),
        "task 'a': tensors must not be null; name a Tensor or a slice");
    assertRefused(
        () -> task.yields((TensorRef) null), "task 'a': a tensor of yields(...) must not be null");
    assertRefused(
        () -> task.yields((TensorRef[]) null), "task 'a': tensors of yields(...) must not be null");
    assertRefused(
        () -> task.lastUse((Tensor) null), "task 'a': a tensor of lastUse(...) must not be null");
    assertRefused(
        () -> task.lastUse((Tensor[]) null), "task 'a': tensors of lastUse(...) must not be null");
  }

  @Test
  void tensorsComeBeforeScalars() {
    assertRefused(
        () -> Task.call("a", NOTHING).scalar(1).out(A),
        "task 'a': tensors must come before scalars, but 1 scalar(s) came first; swap them");
  }

  @Test
  void namesAtMost256Tensors() {
    TensorRef[] most = new TensorRef[256];
    Arrays.fill(most, A);
    Task full = Task.call("a", NOTHING).in(most);
    assertThat(full.member(0).tensorCount()).isEqualTo(256);
    assertRefused(
        () -> full.in(B),
        "task 'a': may name at most 256 tensors, named 257; split the task, or name slices of one"
            + " tensor together");
  }

  @Test
  void hasAtMost1024Scalars() {
    Task most = Task.call("a", NOTHING);
    for (int i = 0; i < 1_024; i++) {
      most = most.scalar(i);
    }
    Task full = most;
    assertThat(full.member(0).scalarCount()).isEqualTo(1_024);
    assertRefused(
        () -> full.scalar(1),
        "task 'a': may have at most 1,024 scalars, was given 1,025; put them into a tensor");
  }

  @Test
  void yieldsWhatItNames() {
    Task task = Task.call("a", NOTHING).in(A).out(B.rows(0, 2));
    assertThat(task.yields(A, B.rows(0, 2)).yielded()).containsExactly(A, B.rows(0, 2));
    assertRefused(
        () -> task.yields(B),
        "task 'a': yields(...) must name what the task names, was tensor 'b' INT8[4]; name the same"
            + " tensor or slice first");
    assertRefused(
        () -> task.yields(A.rows(0, 2)),
        "task 'a': yields(...) must name what the task names, was [0..2) of tensor 'a' INT8[4];"
            + " name the same tensor or slice first");
  }

  @Test
  void declaresTheLastUseOfATensorThatItNamesInPart() {
    Task task = Task.call("a", NOTHING).in(A.rows(0, 2));
    assertThat(task.lastUse(A).lastUses()).containsExactly(A);
    assertRefused(
        () -> task.lastUse(B),
        "task 'a': lastUse(...) must name what the task names, was tensor 'b' INT8[4]; name it or a"
            + " slice of it first");
  }

  @Test
  void aUserOwnedTensorHasNoLastUse() {
    UserTensor mine = new UserTensor("mine", DType.INT8, Shape.of(4), new FakeStorage());
    assertRefused(
        () -> Task.call("a", NOTHING).in(mine).lastUse(mine),
        "task 'a': lastUse(...) must name tensors of the heap, was tensor 'mine' INT8[4], which is"
            + " user-owned; close it instead");
  }

  @Test
  void comesAfterTasks() {
    Task task = Task.call("a", NOTHING);
    assertRefused(() -> task.after(task, null), "task 'a': a task of after(...) must not be null");
    assertRefused(
        () -> task.after((Task[]) null), "task 'a': tasks of after(...) must not be null");
  }

  @Test
  void aGroupHasMembersWithArgumentsOfTheirOwn() {
    Task group = Task.group("g", NOTHING, Arguments.none().in(A), Arguments.none().in(B).scalar(1));
    assertThat(group.isGroup()).isTrue();
    assertThat(group.memberCount()).isEqualTo(2);
    assertThat(group.yields(A, B).yielded()).as("of any member").containsExactly(A, B);
    assertThat(Task.group("g", NOTHING, Arguments.none()).isGroup()).isTrue();
    assertRefused(
        () -> Task.group("g", NOTHING),
        "task 'g': a group must have at least 1 member, had 0; give it Arguments");
    assertRefused(
        () -> Task.group("g", NOTHING, Arguments.none(), null),
        "task 'g': group member must not be null");
    assertRefused(
        () -> Task.group("g", NOTHING, (Arguments[]) null), "task 'g': members must not be null");
  }

  @Test
  void aGroupTakesItsArgumentsFromItsMembers() {
    Task group = Task.group("g", NOTHING, Arguments.none());
    assertRefused(
        () -> group.in(A), "task 'g': tensors can't be added to a group; give them to its members");
    assertRefused(
        () -> group.scalar(1),
        "task 'g': scalars can't be added to a group; give them to its members");
    assertRefused(
        () -> group.scalar(1.0),
        "task 'g': scalars can't be added to a group; give them to its members");
  }

  @Test
  void eachMemberHasItsExactWorker() {
    Task group = Task.group("g", NOTHING, Arguments.none(), Arguments.none());
    Task placed = group.on("cpu", 3, 1);
    assertThat(placed.exactWorker(0)).isEqualTo(3);
    assertThat(placed.exactWorker(1)).isEqualTo(1);
    String rule = "task 'g': needs one exact worker for each of its 2 member(s), was given ";
    assertRefused(() -> group.on("cpu", 3), rule + "1; give as many");
    assertRefused(() -> group.on("cpu", new int[0]), rule + "0; give as many");
    assertRefused(() -> group.on("cpu", 1, 2, 3), rule + "3; give as many");
    assertRefused(() -> group.on("cpu", (int[]) null), "task 'g': exact workers must not be null");
  }

  @Test
  void anExactWorkerIsNotNegative() {
    assertRefused(
        () -> Task.call("a", NOTHING).on("cpu", -1),
        "task 'a': an exact worker must be at least 0, was -1; use on(pool) for any worker");
  }

  @Test
  void aPoolHasAName() {
    Task task = Task.call("a", NOTHING);
    assertRefused(
        () -> task.on(" "),
        "task 'a': on(...) must name a pool, was ' '; leave it out for the default pool");
    assertRefused(
        () -> task.on(null),
        "task 'a': on(...) must name a pool, was null; leave it out for the default pool");
    assertRefused(
        () -> task.on("", 0),
        "task 'a': on(...) must name a pool, was ''; leave it out for the default pool");
  }
}

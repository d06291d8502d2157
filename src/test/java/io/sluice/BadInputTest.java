package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.config.DataSize;
import io.sluice.error.CompositeTaskException;
import io.sluice.error.ForeignHandleException;
import io.sluice.error.InvalidTaskException;
import io.sluice.error.RuntimeDisposedException;
import io.sluice.error.TaskFailedException;
import io.sluice.error.TaskTooLargeException;
import io.sluice.error.TensorInUseException;
import io.sluice.error.TensorUnavailableException;
import io.sluice.task.Arguments;
import io.sluice.task.DType;
import io.sluice.task.Kernel;
import io.sluice.task.Range;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import java.util.Arrays;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/// What a user can get wrong: each is an error that says what was given, the rule, the value and the
/// knob; nothing is taken, and the runtime goes on working.
class BadInputTest extends RuntimeTest {
  private static final Kernel NOTHING = context -> {};

  private final Tensor t = Tensor.named("t", DType.UINT8, 4, 4);

  /// The run of these tasks fails with just this error, and the runtime is as good as new.
  private void assertRefused(Class<? extends Throwable> type, String message, Task... tasks) {
    assertFails(sluice.submit(Flux.just(tasks)), type, message);
  }

  /// A publisher that makes this task fails likewise.
  private void assertRefusedInThePublisher(Supplier<Task> task, String message) {
    assertFails(
        sluice.submit(Flux.just(1).map(ignored -> task.get())),
        InvalidTaskException.class,
        message);
  }

  private void assertFails(Flux<?> run, Class<? extends Throwable> type, String message) {
    StepVerifier.create(run.then())
        .expectErrorSatisfies(error -> assertThat(error).isInstanceOf(type).hasMessage(message))
        .verify(BOUND);
    assertAsGoodAsNew();
  }

  private void assertAsGoodAsNew() {
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertNothingIsHeld();
    StepVerifier.create(sluice.submit(Flux.just(writing(7)), RuntimeTest::valueOf))
        .expectNext(7)
        .expectComplete()
        .verify(BOUND);
  }

  private static Task call(String name) {
    return Task.call(name, NOTHING);
  }

  // ---- what a task alone can tell ----

  @Test
  void aTaskWithoutAName() {
    assertRefusedInThePublisher(
        () -> call(null), "a task: its name must not be null or blank, was null; give it another");
    assertRefusedInThePublisher(
        () -> call("  "), "a task: its name must not be null or blank, was '  '; give it another");
  }

  @Test
  void aPoolWithoutAName() {
    assertRefusedInThePublisher(
        () -> call("a").on(""),
        "task 'a': on(...) must name a pool, was ''; leave it out for the default pool");
  }

  @Test
  void aUserOwnedTensorWithoutAName() {
    assertThatExceptionOfType(InvalidTaskException.class)
        .isThrownBy(() -> sluice.tensor(" ", DType.UINT8, 4))
        .withMessage("a tensor: its name must not be null or blank, was ' '; give it another");
    assertThatExceptionOfType(InvalidTaskException.class)
        .isThrownBy(() -> sluice.tensor((String) null, DType.UINT8, 4))
        .withMessage("a tensor: its name must not be null or blank, was null; give it another");
  }

  @Test
  void shapesOfNothingOrTooMuch() {
    String rule = " must have at least 1 element along each dimension, had ";
    assertRefusedInThePublisher(
        () -> call("a").out(Tensor.of(DType.UINT8, 4, 0)),
        "a tensor: its shape [4, 0]" + rule + "0 along axis 1; change the shape");
    assertRefusedInThePublisher(
        () -> call("a").out(Tensor.named("n", DType.UINT8, -1)),
        "tensor 'n': its shape [-1]" + rule + "-1 along axis 0; change the shape");
    assertRefusedInThePublisher(
        () -> call("a").out(Tensor.of(DType.FLOAT64, 1L << 31, 1L << 31)),
        "a tensor: its shape [2147483648, 2147483648] of FLOAT64 must take at most 2^62 bytes, took"
            + " 4611686018427387904 times 8; change the shape");
    assertRefusedInThePublisher(
        () -> call("a").out(Tensor.of(DType.UINT8, 1, 1, 1, 1, 1, 1, 1, 1, 1)),
        "a tensor: its shape [1, 1, 1, 1, 1, 1, 1, 1, 1] must have 1 to 8 dimensions, had 9; change"
            + " the shape");
  }

  @Test
  void aUserOwnedTensorOfSuchAShape() {
    assertThatExceptionOfType(InvalidTaskException.class)
        .isThrownBy(() -> sluice.tensor("mine", DType.UINT8, 0))
        .withMessageStartingWith("tensor 'mine': its shape [0] must have at least 1 element");
    assertThatExceptionOfType(InvalidTaskException.class)
        .isThrownBy(() -> sluice.tensor(DType.UINT8))
        .withMessageStartingWith("a tensor: its shape [] must have 1 to 8 dimensions, had 0");
  }

  @Test
  void slicesOutsideTheTensor() {
    assertRefusedInThePublisher(
        () -> call("a").in(t.slice(Range.of(0, 2), Range.of(3, 5))),
        "tensor 't' UINT8[4, 4]: slice [0:2, 3:5] must have a non-empty range within 0:4 along axis"
            + " 1, was 3:5; change the slice");
  }

  @Test
  void tensorsAfterScalars() {
    assertRefusedInThePublisher(
        () -> call("a").scalar(1).in(t),
        "task 'a': tensors must come before scalars, but 1 scalar(s) came first; swap them");
  }

  @Test
  void tooManyTensors() {
    Tensor[] many = new Tensor[257];
    Arrays.fill(many, t);
    assertRefusedInThePublisher(
        () -> call("a").in(many),
        "task 'a': may name at most 256 tensors, named 257; split the task, or name slices of one"
            + " tensor together");
  }

  @Test
  void tooManyScalars() {
    Mono<Task> tooMany =
        Flux.range(0, 1_025).reduce(call("a"), (task, value) -> task.scalar(value.longValue()));
    assertFails(
        sluice.submit(tooMany),
        InvalidTaskException.class,
        "task 'a': may have at most 1,024 scalars, was given 1,025; put them into a tensor");
  }

  @Test
  void aBadTaskOfAMemberIsToldLikewise() {
    assertRefusedInThePublisher(
        () -> Task.group("g", NOTHING, Arguments.none().scalar(1).in(t)),
        "a group member: tensors must come before scalars, but 1 scalar(s) came first; swap them");
  }

  // ---- what depends on the runtime ----

  @Test
  void anUnknownPool() {
    assertRefused(
        InvalidTaskException.class,
        "task 'a': pool 'gpu' is unknown, the pools are [cpu, NEXT_LEVEL, SUB, LOADER]; choose one,"
            + " or add it with Sluice.builder().threads(...)",
        call("a").on("gpu"));
  }

  @Test
  void anUnknownWorker() {
    assertRefused(
        InvalidTaskException.class,
        "task 'a': worker 4 is not in pool 'cpu', whose workers are 0 to 3; choose another, or"
            + " enlarge it",
        call("a").on("cpu", 4));
  }

  @Test
  void aGroupWiderThanItsPool() {
    Arguments[] five = new Arguments[5];
    Arrays.fill(five, Arguments.none());
    assertRefused(
        InvalidTaskException.class,
        "task 'g': its group has 5 members but pool 'cpu' has 4 worker(s); make the pool larger or"
            + " the group smaller",
        Task.group("g", NOTHING, five));
  }

  @Test
  void oneWorkerForTwoMembers() {
    assertRefused(
        InvalidTaskException.class,
        "task 'g': worker 2 of pool 'cpu' is named for two members; give each its own",
        Task.group("g", NOTHING, Arguments.none(), Arguments.none()).on("cpu", 2, 2));
  }

  @Test
  void aTaskLargerThanTheHeap() {
    assertRefused(
        TaskTooLargeException.class,
        "task 'a' needs 9,216 bytes but the heap holds 8,192; raise Sluice.builder().heap(...)",
        call("a").out(slabs(9)));
  }

  @Test
  void aTaskWhoseOutputsTogetherAreLargerThanTheHeap() {
    assertRefused(
        TaskTooLargeException.class,
        "task 'a' needs 9,216 bytes but the heap holds 8,192; raise Sluice.builder().heap(...)",
        call("a").out(slabs(4), slabs(4), Tensor.of(DType.BOOL, 1)));
    Tensor huge = Tensor.of(DType.UINT8, 1L << 62);
    assertRefused(
        TaskTooLargeException.class,
        "task 'a' needs 9,223,372,036,854,775,807 bytes but the heap holds 8,192; raise"
            + " Sluice.builder().heap(...)",
        call("a").out(huge, Tensor.of(DType.UINT8, 1L << 62), Tensor.of(DType.UINT8, 1L << 62)));
  }

  @Test
  void theLargestTaskFits() {
    StepVerifier.create(sluice.submit(Flux.just(call("a").out(slabs(8)))))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
  }

  // ---- what a task does to itself ----

  @Test
  void theSameBytesWrittenTwice() {
    assertRefused(
        InvalidTaskException.class,
        "task 'a': it names overlapping bytes of tensor 't' UINT8[4, 4] twice (INOUT [0..4, 0..4)"
            + " and INOUT [1..3, 0..4)); let one of them write, or use OUT_EXISTING and order them"
            + " yourself",
        Task.alloc(t),
        call("a").inout(t).inout(t.rows(1, 3)));
    Tensor fresh = Tensor.named("fresh", DType.UINT8, 4);
    assertRefused(
        InvalidTaskException.class,
        "task 'a': it names overlapping bytes of tensor 'fresh' UINT8[4] twice (OUT [0..4) and OUT"
            + " [0..4)); let one of them write, or use OUT_EXISTING and order them yourself",
        call("a").out(fresh, fresh));
  }

  @Test
  void theSameBytesReadAndWrittenInPlace() {
    assertRefused(
        InvalidTaskException.class,
        "task 'a': it names overlapping bytes of tensor 't' UINT8[4, 4] twice (IN [0..4, 0..4) and"
            + " OUT [0..2, 0..4)); use INOUT once instead",
        Task.alloc(t),
        call("a").in(t).out(t.rows(0, 2)));
  }

  @Test
  void twoMembersThatWriteTheSameBytes() {
    assertRefused(
        InvalidTaskException.class,
        "task 'g': members 0 and 1 name overlapping bytes of tensor 't' UINT8[4, 4] (OUT [0..3,"
            + " 0..4) and OUT [2..4, 0..4)); let one of them write, or use OUT_EXISTING and order"
            + " them yourself",
        Task.alloc(t),
        Task.group(
            "g", NOTHING, Arguments.none().out(t.rows(0, 3)), Arguments.none().out(t.rows(2, 4))));
  }

  @Test
  void aMemberThatReadsWhatAnotherWritesInPlace() {
    assertRefused(
        InvalidTaskException.class,
        "task 'g': members 0 and 1 name overlapping bytes of tensor 't' UINT8[4, 4] (INOUT [0..4,"
            + " 0..4) and IN [2..4, 0..4)); use OUT_EXISTING or NO_DEP for members that talk to"
            + " each other",
        Task.alloc(t),
        Task.group("g", NOTHING, Arguments.none().inout(t), Arguments.none().in(t.rows(2, 4))));
  }

  // ---- what depends on the tasks before ----

  @Test
  void aTensorThatNobodyWrote() {
    assertRefused(
        TensorUnavailableException.class,
        "task 'a' names tensor 't' UINT8[4, 4] as IN, but no task admitted before has written it;"
            + " submit its writer first",
        call("a").in(t));
    assertRefused(
        TensorUnavailableException.class,
        "task 'a' names [0..2, 0..4) of tensor 't' UINT8[4, 4] as OUT, but no task admitted before"
            + " has written it; it needs storage of its own, alloc it first",
        call("a").out(t.rows(0, 2)));
    assertRefused(
        TensorUnavailableException.class,
        "task 'a' names tensor 't' UINT8[4, 4] as OUT_EXISTING, but no task admitted before has"
            + " written it; it needs storage of its own, alloc it first",
        call("a").outExisting(t));
    assertRefused(
        TensorUnavailableException.class,
        "task 'a' names tensor 't' UINT8[4, 4] as NO_DEP, but no task admitted before has written"
            + " it; it needs storage of its own, alloc it first",
        call("a").noDep(t));
  }

  @Test
  void aTensorWhoseScopeHasEnded() {
    assertFails(
        sluice.submitScoped(Flux.just(Flux.just(call("w").out(t)), Flux.just(call("r").in(t)))),
        TensorUnavailableException.class,
        "task 'r' names tensor 't' UINT8[4, 4] as IN, but the scope of the task that wrote it has"
            + " ended; use it inside that scope, or write it again");
  }

  @Test
  void aTensorOfARunThatHasEnded() {
    StepVerifier.create(sluice.submit(Flux.just(call("w").out(t))))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    assertRefused(
        TensorUnavailableException.class,
        "task 'r' names tensor 't' UINT8[4, 4] as IN, but the scope of the task that wrote it has"
            + " ended; use it inside that scope, or write it again",
        call("r").in(t));
  }

  @Test
  void aTensorWhoseLastUseWasDeclared() {
    assertRefused(
        TensorUnavailableException.class,
        "task 'b' names tensor 't' UINT8[4, 4] as IN, but a task admitted before declared its last"
            + " use; drop lastUse(...) there",
        call("w").out(t),
        call("a").in(t.rows(0, 2)).lastUse(t),
        call("b").in(t));
  }

  @Test
  void aTensorThatADrainReset() {
    StepVerifier.create(sluice.submit(Flux.just(call("w").out(t))))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertRefused(
        TensorUnavailableException.class,
        "task 'a' names tensor 't' UINT8[4, 4] as INOUT, but the drain that ended epoch 0 has reset"
            + " it; write it again",
        call("a").inout(t));
  }

  @Test
  void aTensorOfARefusedTask() {
    assertFails(
        sluice.submitDelayError(
            Flux.just(call("w").on("gpu").out(t), call("r").in(t), call("other"))),
        CompositeTaskException.class,
        "2 task(s) failed or were refused; the first: task 'w': pool 'gpu' is unknown, the pools"
            + " are [cpu, NEXT_LEVEL, SUB, LOADER]; choose one, or add it with"
            + " Sluice.builder().threads(...)");
  }

  @Test
  void afterATaskThatTheRunHasNotAdmitted() {
    assertRefused(
        InvalidTaskException.class,
        "task 'a': after(task 'b') must name a task that run 1 has admitted before; submit that one"
            + " first",
        call("a").after(call("b")));
  }

  @Test
  void afterATaskOfAnotherRun() {
    Task first = call("first");
    StepVerifier.create(sluice.submit(Flux.just(first)))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    assertRefused(
        InvalidTaskException.class,
        "task 'a': after(task 'first') must name a task that run 2 has admitted before; submit that"
            + " one first",
        call("a").after(first));
  }

  // ---- handles ----

  @Test
  void handlesFromAnotherRuntime() {
    try (Sluice other = builder().build()) {
      StepVerifier.create(other.submit(Flux.just(call("w").out(t))))
          .expectNextCount(1)
          .expectComplete()
          .verify(BOUND);
      String rule =
          "tensor 't' UINT8[4, 4] belongs to another runtime; make a tensor for each runtime";
      assertRefused(ForeignHandleException.class, rule, call("a").in(t));
      assertRefused(ForeignHandleException.class, rule, call("a").out(t));
      assertRefused(ForeignHandleException.class, rule, call("a").inout(t.rows(0, 2)));
      assertRefused(ForeignHandleException.class, rule, Task.alloc(t));
      assertRefusedBeforeItsBytesCount();
      UserTensor mine = other.tensor("mine", DType.UINT8, 4);
      assertRefused(
          ForeignHandleException.class,
          "tensor 'mine' UINT8[4] belongs to another runtime; make a tensor for each runtime",
          call("a").out(mine));
      mine.close();
    }
  }

  /// It needs none of them, and waits for none.
  private void assertRefusedBeforeItsBytesCount() {
    try (Sluice large = builder().heap(DataSize.kibibytes(64)).build()) {
      Tensor tooLarge = Tensor.named("large", DType.UINT8, 32 * SLAB);
      StepVerifier.create(large.submit(Flux.just(call("w").out(tooLarge))))
          .expectNextCount(1)
          .expectComplete()
          .verify(BOUND);
      assertRefused(
          ForeignHandleException.class,
          "tensor 'large' UINT8[%d] belongs to another runtime; make a tensor for each runtime"
              .formatted(32 * SLAB),
          Task.alloc(tooLarge));
    }
  }

  @Test
  void aUserOwnedTensorWhileTheUserIsInside() {
    try (UserTensor mine = sluice.tensor("mine", DType.UINT8, 4)) {
      mine.write(
          view ->
              assertRefused(
                  TensorInUseException.class,
                  "task 'a' names tensor 'mine' UINT8[4] while the user is reading, writing or"
                      + " closing it; submit it afterwards",
                  call("a").in(mine)));
    }
  }

  @Test
  void aUserOwnedTensorThatIsClosed() {
    UserTensor mine = sluice.tensor("mine", DType.UINT8, 4);
    mine.close();
    assertRefused(
        TensorUnavailableException.class,
        "task 'a' names tensor 'mine' UINT8[4] as IN, but it is closed; make another one",
        call("a").in(mine));
    assertRefused(
        TensorUnavailableException.class,
        "task 'a' names tensor 'mine' UINT8[4] as OUT, but it is closed; make another one",
        call("a").out(mine));
  }

  // ---- programs ----

  @Test
  void scopesBeyondTheLimit() {
    StepVerifier.create(sluice.run(program -> nested(program, 63).thenReturn("fits")))
        .expectNext("fits")
        .expectComplete()
        .verify(BOUND);
    assertFails(
        sluice.run(program -> nested(program, 64)),
        InvalidTaskException.class,
        "a scope: scopes nest to 64 levels, this would be one more; nest less");
  }

  /// So many scopes inside each other, inside the run's outer one.
  private static Mono<Void> nested(Orchestrator program, int levels) {
    return levels == 0
        ? Mono.empty()
        : program.<Void>scope(inner -> nested(inner, levels - 1)).then();
  }

  @Test
  void aProgramHandlesARefusalAndGoesOn() {
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .submit(call("a").out(slabs(9)))
                        .map(result -> "admitted")
                        .onErrorResume(
                            TaskTooLargeException.class,
                            error -> program.submit(call("b")).map(RuntimeTest::nameOf))))
        .expectNext("b")
        .expectComplete()
        .verify(BOUND);
    assertAsGoodAsNew();
  }

  @Test
  void aProgramThatSubmitsNothing() {
    assertFails(sluice.run(program -> program.submit(null)), NullPointerException.class, "task");
  }

  @Test
  void aReaderOfARefusedTaskHasTheRefusalAsItsCause() {
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .submit(call("w").out(slabs(4), t).on("gpu"))
                        .onErrorComplete()
                        .then(program.submit(call("r").in(t)))))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageStartingWith("task 'r' (refused) reads or writes in place what")
                    .hasRootCauseInstanceOf(InvalidTaskException.class))
        .verify(BOUND);
    assertAsGoodAsNew();
  }

  // ---- after the end ----

  @Test
  void submissionAfterDisposal() {
    Sluice gone = Sluice.builder().heap(DataSize.kibibytes(1)).build();
    gone.dispose();
    String message = "the runtime is disposed of; it takes no more runs";
    for (Flux<?> run :
        Arrays.<Flux<?>>asList(
            gone.submit(Flux.just(call("a"))),
            gone.submitScoped(Flux.just(Flux.just(call("a")))),
            gone.submitDelayError(Flux.just(call("a"))),
            gone.run(program -> program.submit(call("a"))))) {
      StepVerifier.create(run)
          .expectErrorSatisfies(
              error ->
                  assertThat(error)
                      .isInstanceOf(RuntimeDisposedException.class)
                      .hasMessage(message))
          .verify(BOUND);
    }
    assertThatExceptionOfType(RuntimeDisposedException.class)
        .isThrownBy(() -> gone.tensor(DType.UINT8, 4))
        .withMessage("the runtime is disposed of; it makes no more tensors");
  }
}

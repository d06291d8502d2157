package io.sluice.engine;

import static io.sluice.engine.TestEngine.NOTHING;
import static io.sluice.engine.TestEngine.call;
import static io.sluice.engine.TestEngine.kibibytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.error.ForeignHandleException;
import io.sluice.error.InvalidTaskException;
import io.sluice.error.SluiceException;
import io.sluice.error.TaskTooLargeException;
import io.sluice.error.TensorInUseException;
import io.sluice.error.TensorUnavailableException;
import io.sluice.error.TensorUnavailableException.Reason;
import io.sluice.task.Arguments;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import org.junit.jupiter.api.Test;

/// Bad input is refused at admission: the error names what was given, the rule, the value and the
/// knob, and nothing was taken.
class RefusalTest {
  private final TestEngine test = TestEngine.ofKibibytes(4);
  private final Run run = test.program();
  private final Source source = test.source(run);
  private final Tensor t = kibibytes(1);

  private SluiceException refusal(Task task) {
    Core core = test.engine.core();
    long used = core.heap.usedBytes();
    int live = core.slots.count();
    long sequence = core.nextSequence;
    SluiceException error = test.refusal(source, task);
    assertThat(core.heap.usedBytes()).isEqualTo(used);
    assertThat(core.slots.count()).isEqualTo(live);
    assertThat(core.nextSequence).isEqualTo(sequence);
    assertThat(run.inFlightCount()).isEqualTo(live - decided());
    return error;
  }

  private int decided() {
    int[] count = new int[1];
    test.engine.core().slots.forEach(slot -> count[0] += slot.isDecided() ? 1 : 0);
    return count[0] - (int) run.undeliveredCount();
  }

  @Test
  void anUnknownPool() {
    assertThat(refusal(call("task").on("gpu")))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessageContaining("task 'task'")
        .hasMessageContaining("pool 'gpu' is unknown")
        .hasMessageContaining("[cpu, LOADER]")
        .hasMessageContaining("add it with Sluice.builder().threads(...)");
  }

  /// H-23
  @Test
  void aGroupWiderThanItsPool() {
    Arguments none = Arguments.none();
    assertThat(refusal(Task.group("wide", NOTHING, none, none, none)))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessageContaining("'wide'")
        .hasMessageContaining("3 members")
        .hasMessageContaining("'cpu' has 2 worker(s)")
        .hasMessageContaining("make the pool larger or the group smaller");
  }

  @Test
  void aWorkerThatThePoolDoesNotHave() {
    assertThat(refusal(call("task").on("cpu", 2)))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessageContaining("worker 2 is not in pool 'cpu'")
        .hasMessageContaining("0 to 1");
  }

  @Test
  void twoMembersOnOneWorker() {
    Arguments none = Arguments.none();
    assertThat(refusal(Task.group("pair", NOTHING, none, none).on("cpu", 1, 1)))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessageContaining("worker 1 of pool 'cpu' is named for two members")
        .hasMessageContaining("give each its own");
  }

  @Test
  void aTaskLargerThanTheHeap() {
    assertThat(refusal(call("huge").out(kibibytes(3), kibibytes(2))))
        .isInstanceOf(TaskTooLargeException.class)
        .hasMessage(
            "task 'huge' needs 5,120 bytes but the heap holds 4,096; raise"
                + " Sluice.builder().heap(...)");
  }

  /// H-06: sizes that would overflow are too large, and no tiny slab.
  @Test
  void sizesThatOverflowTogether() {
    Tensor half = Tensor.of(io.sluice.task.DType.UINT8, 1L << 62);
    Tensor other = Tensor.of(io.sluice.task.DType.UINT8, 1L << 62);
    assertThat(refusal(call("huge").out(half, other))).isInstanceOf(TaskTooLargeException.class);
  }

  /// H-17
  @Test
  void oneTaskThatWritesTheSameBytesTwice() {
    test.admit(source, Task.alloc(t));
    assertThat(refusal(call("twice").out(t.rows(0, 2)).inout(t.rows(1, 3))))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessageContaining("it names overlapping bytes of")
        .hasMessageContaining("OUT [0..2) and INOUT [1..3)")
        .hasMessageContaining("use OUT_EXISTING");
  }

  @Test
  void oneTaskThatReadsAndWritesTheSameBytesInPlace() {
    test.admit(source, Task.alloc(t));
    assertThat(refusal(call("both").in(t).out(t.rows(1, 3))))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessageContaining("overlapping bytes")
        .hasMessageContaining("use INOUT once instead");
  }

  @Test
  void twoMembersThatWriteTheSameBytes() {
    test.admit(source, Task.alloc(t));
    Arguments rows = Arguments.none().out(t.rows(0, 2));
    assertThat(refusal(Task.group("pair", NOTHING, rows, rows)))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessageContaining("members 0 and 1 name overlapping bytes");
  }

  @Test
  void aMemberThatReadsWhatAnotherWrites() {
    test.admit(source, Task.alloc(t));
    Arguments writer = Arguments.none().out(t.rows(0, 2));
    Arguments reader = Arguments.none().in(t);
    assertThat(refusal(Task.group("pair", NOTHING, writer, reader)))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessageContaining("members that talk to each other");
  }

  @Test
  void aReadOfATensorThatNobodyWrote() {
    assertUnavailable(refusal(call("early").in(t)), Reason.NEVER_WRITTEN)
        .hasMessageContaining("task 'early' names")
        .hasMessageContaining("submit its writer first");
  }

  @Test
  void anOutOfASliceWithoutStorage() {
    assertUnavailable(refusal(call("early").out(t.rows(0, 2))), Reason.NEVER_WRITTEN)
        .hasMessageContaining("alloc it first");
    assertUnavailable(refusal(call("early").outExisting(t)), Reason.NEVER_WRITTEN)
        .hasMessageContaining("alloc it first");
  }

  @Test
  void aReadAfterTheScopeHasEndedThoughTheSlabIsStillThere() {
    Scope scope = test.engine.openScope(run.outerScope());
    Source inner = test.source(run, scope);
    Slot writer = test.admit(inner, call("write").out(t));
    Slot reader = test.admit(inner, call("read").in(t));
    test.complete(writer);
    test.engine.endScope(scope);
    assertThat(test.isRunning(reader)).as("the slab is still there").isTrue();
    assertUnavailable(refusal(call("late").in(t)), Reason.SCOPE_ENDED)
        .hasMessageContaining("use it inside that scope, or write it again");
  }

  @Test
  void aReadThatWaitedForBytesWhileAnEndedScopeWroteTheTensorAnew() {
    test.admit(source, call("write").out(t));
    Slot full = test.admit(source, call("full").out(kibibytes(2)));
    Source waiting = test.source(run);
    test.engine.submit(waiting, call("waits").in(t).out(kibibytes(2)));
    assertThat(waiting.waitingCount()).isEqualTo(1);
    Scope scope = test.engine.openScope(run.outerScope());
    test.admit(test.source(run, scope), call("anew").out(t));
    test.engine.endScope(scope);
    test.complete(full);
    assertThat(test.refused).hasSize(1);
  }

  @Test
  void aReadBehindATaskThatIsAScopeByItself() {
    Source scopes = test.engine.openSourceOfScopes(run, "scopes");
    Slot alone = test.admit(scopes, call("alone").out(t));
    assertThat(test.isRunning(alone)).as("the slab is still there").isTrue();
    assertUnavailable(refusal(call("late").in(t)), Reason.SCOPE_ENDED);
    assertUnavailable(test.refusal(scopes, call("next").in(t)), Reason.SCOPE_ENDED);
    test.complete(alone);
    assertThat(test.engine.heap().usedBytes()).as("nobody holds it any more").isZero();
  }

  @Test
  void aReadThatWaitedForBytesWhileATaskThatIsAScopeByItselfWroteTheTensorAnew() {
    test.admit(source, call("write").out(t));
    Slot full = test.admit(source, call("full").out(kibibytes(2)));
    Source waiting = test.source(run);
    test.engine.submit(waiting, call("waits").in(t).out(kibibytes(2)));
    assertThat(waiting.waitingCount()).isEqualTo(1);
    test.admit(test.engine.openSourceOfScopes(run, "scopes"), call("anew").out(t));
    test.complete(full);
    assertThat(test.refused).hasSize(1);
  }

  @Test
  void aReadAfterTheDeclaredLastUse() {
    test.admit(source, call("write").out(t));
    test.admit(source, call("read").in(t).lastUse(t));
    assertUnavailable(refusal(call("late").in(t)), Reason.LAST_USE)
        .hasMessageContaining("drop lastUse(...) there");
  }

  @Test
  void aReadOfWhatADrainHasReset() {
    test.admit(source, call("write").out(t));
    test.finish(run);
    test.engine.drain("drain");
    test.engine.settle();
    Run next = test.program();
    SluiceException error = test.refusal(test.source(next), call("late").in(t));
    assertUnavailable(error, Reason.DRAINED)
        .hasMessageContaining("the drain that ended epoch 0 has reset it; write it again");
  }

  @Test
  void aTensorOfAnotherEngine() {
    UserTensor foreign = TestEngine.userTensor(TestEngine.ofKibibytes(1).engine, 10);
    assertThat(refusal(call("task").in(foreign)))
        .isInstanceOf(ForeignHandleException.class)
        .hasMessageContaining("belongs to another runtime; make a tensor for each runtime");
    Tensor heaped = kibibytes(1);
    TestEngine other = TestEngine.ofKibibytes(1);
    other.admit(other.source(other.program()), call("there").out(heaped));
    assertThat(refusal(call("here").out(heaped))).isInstanceOf(ForeignHandleException.class);
  }

  @Test
  void aTensorThatItsUserIsReading() {
    UserTensor user = TestEngine.userTensor(test.engine, 10);
    SluiceException error = user.read(view -> refusal(call("task").in(user)));
    assertThat(error)
        .isInstanceOf(TensorInUseException.class)
        .hasMessageContaining("while the user is reading, writing or closing it");
    user.close();
    assertUnavailable(refusal(call("task").in(user)), Reason.CLOSED)
        .hasMessageContaining("it is closed; make another one");
  }

  @Test
  void aTensorThatWasClosedWhileTheTaskWaited() {
    UserTensor user = TestEngine.userTensor(test.engine, 10);
    Run holder = test.program();
    Slot slot = test.admit(test.source(holder), call("holder").out(kibibytes(4)));
    test.engine.submit(source, call("waits").in(user).out(t));
    user.close();
    test.engine.cancel(holder);
    test.complete(slot);
    assertUnavailable(test.refused.getLast(), Reason.CLOSED);
  }

  @Test
  void afterATaskThatTheRunHasNotAdmitted() {
    Task other = call("other");
    assertThat(refusal(call("task").after(other)))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessageContaining("after(task 'other')")
        .hasMessageContaining("run 1")
        .hasMessageContaining("submit that one first");
    Run another = test.program();
    test.admit(test.source(another), other);
    assertThat(test.refusal(source, call("task").after(other)))
        .as("another run's admission does not count")
        .isInstanceOf(InvalidTaskException.class);
  }

  @Test
  void a65thScope() {
    Scope scope = run.outerScope();
    while (scope.depth() < Scope.MAX_DEPTH) {
      scope = test.engine.openScope(scope);
    }
    Scope deepest = scope;
    assertThatThrownBy(() -> test.engine.openScope(deepest))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessageContaining("scopes nest to 64 levels")
        .hasMessageContaining("nest less");
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertUnavailable(
      SluiceException error, Reason reason) {
    assertThat(((TensorUnavailableException) error).reason()).isEqualTo(reason);
    return assertThat(error);
  }
}

package io.sluice.engine;

import static io.sluice.engine.TestEngine.call;
import static io.sluice.engine.TestEngine.kibibytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HeapPolicy;
import io.sluice.task.Task;
import io.sluice.task.TaskState;
import io.sluice.task.Tensor;
import org.junit.jupiter.api.Test;

/// What waits for what.
class WiringTest {
  private final TestEngine test = new TestEngine(HeapPolicy.FIRST_FIT, 64, 8);
  private final Run run = test.program();
  private final Source source = test.source(run);
  private final Tensor t = kibibytes(2);

  private Slot admit(Task task) {
    return test.admit(source, task);
  }

  @Test
  void anOutIsGivenItsBytesWithItsId() {
    Slot writer = admit(call("write").out(t));
    assertThat(writer.slabBytes()).isEqualTo(2 * 1024);
    assertThat(writer.isFresh(0, 0)).isTrue();
    assertThat(test.engine.heap().usedBytes()).isEqualTo(2 * 1024);
  }

  @Test
  void aReaderWaitsForTheWriterOfItsBytes() {
    Slot writer = admit(call("write").out(t));
    Slot reader = admit(call("read").in(t));
    assertThat(reader.state()).isEqualTo(TaskState.PENDING);
    test.complete(writer);
    assertThat(test.isRunning(reader)).isTrue();
  }

  @Test
  void inoutWaitsForTheCreatorAndIsWaitedFor() {
    Slot creator = admit(call("create").out(t));
    Slot update = admit(call("update").inout(t));
    Slot reader = admit(call("read").in(t));
    test.complete(creator);
    assertThat(test.isRunning(update)).isTrue();
    assertThat(reader.state()).isEqualTo(TaskState.PENDING);
    test.complete(update);
    assertThat(test.isRunning(reader)).isTrue();
  }

  @Test
  void aRenamingOutWaitsForNobodyAndReadersKeepTheOldVersion() {
    admit(call("write").out(t));
    Slot reader = admit(call("read").in(t));
    Slot again = admit(call("write again").out(t));
    assertThat(test.isRunning(again)).isTrue();
    assertThat(reader.version(0, 0)).isNotSameAs(again.version(0, 0));
  }

  @Test
  void outExistingWaitsForNobodyAndIsWaitedFor() {
    Slot writer = admit(call("write").out(t));
    Slot joins = admit(call("join").outExisting(t));
    Slot reader = admit(call("read").in(t));
    assertThat(test.isRunning(joins)).isTrue();
    test.complete(writer);
    assertThat(reader.state()).as("both have to be done").isEqualTo(TaskState.PENDING);
    test.complete(joins);
    assertThat(test.isRunning(reader)).isTrue();
  }

  /// H-18. Where nobody is told of dependencies, `INOUT` is wired in one step.
  @Test
  void anInPlaceWriterWaitsForReadersAlsoWhereNobodyWatches() {
    test.keepsNothing = true;
    test.engine.submit(source, call("write").out(t));
    test.completeAll();
    test.engine.submit(source, call("read").in(t));
    test.engine.submit(source, call("change").inout(t));
    assertThat(test.running)
        .singleElement()
        .matches(first -> first.slot().task().name().equals("read"));
    test.complete(test.running.getFirst());
    assertThat(test.running)
        .singleElement()
        .matches(next -> next.slot().task().name().equals("change"));
  }

  /// H-18
  @Test
  void aWriterInPlaceWaitsForTheReadersBeforeIt() {
    test.complete(admit(call("write").out(t)));
    Slot reader = admit(call("read").in(t));
    Slot update = admit(call("update").inout(t));
    assertThat(update.state()).isEqualTo(TaskState.PENDING);
    test.complete(reader);
    assertThat(test.isRunning(update)).isTrue();
  }

  /// H-15
  @Test
  void tilesOfOneTensorAreIndependentAndRowsCrossColumns() {
    Tensor matrix = Tensor.of(io.sluice.task.DType.UINT8, 4, 4);
    admit(Task.alloc(matrix));
    Slot upper = admit(call("upper").out(matrix.rows(0, 2)));
    Slot lower = admit(call("lower").out(matrix.rows(2, 4)));
    Slot column =
        admit(
            call("column")
                .in(matrix.slice(io.sluice.task.Range.all(), io.sluice.task.Range.at(1))));
    assertThat(test.isRunning(upper) && test.isRunning(lower)).isTrue();
    test.complete(upper);
    assertThat(column.state()).isEqualTo(TaskState.PENDING);
    test.complete(lower);
    assertThat(test.isRunning(column)).isTrue();
  }

  /// H-16
  @Test
  void aWriteToAPartLeavesTheRecordOfTheRest() {
    Slot whole = admit(call("whole").out(t));
    Slot part = admit(call("part").out(t.rows(0, 10)));
    Slot rest = admit(call("rest").in(t.rows(10, 20)));
    assertThat(rest.state()).isEqualTo(TaskState.PENDING);
    test.complete(whole);
    assertThat(test.isRunning(rest) && test.isRunning(part)).isTrue();
  }

  /// Else what a task waits for would grow with all who have ever read the whole: edges as the square
  /// of the stream, before any of it runs.
  @Test
  void aWriterOfAPartWaitsOnlyForThoseWhoHaveReadItSinceItWasWritten() {
    Tensor rows = Tensor.of(io.sluice.task.DType.UINT8, 4, 4);
    admit(call("head").out(rows));
    for (int round = 0; round < 100; round++) {
      for (int row = 0; row < 4; row++) {
        Slot writer = admit(call("write").out(rows.rows(row, row + 1)));
        assertThat(writer.pendingCount)
            .as("the row's last writer, and one reader of the whole")
            .isLessThanOrEqualTo(2);
      }
      Slot reader = admit(call("read").in(rows));
      assertThat(reader.pendingCount).as("the writers of the rows").isEqualTo(4);
    }
    assertThat(run.firstSlot.version(0, 0).count(Layer.READERS))
        .as("records of readers")
        .isEqualTo(1);
    test.completeAll();
  }

  /// H-53
  @Test
  void aReaderHoldsTheOwnerOfTheSlabAndNotOnlyTheLastWriter() {
    Scope scope = test.engine.openScope(run.outerScope());
    Source inner = test.source(run, scope);
    test.complete(test.admit(inner, call("owner").out(t)));
    test.complete(test.admit(inner, call("in place").inout(t)));
    Slot reader = test.admit(inner, call("read").in(t));
    test.engine.endScope(scope);
    assertThat(test.engine.heap().usedBytes()).isEqualTo(2 * 1024);
    test.complete(reader);
    assertThat(test.engine.heap().usedBytes()).isZero();
  }

  @Test
  void aNewVersionLetsTheOldOneGo() {
    test.complete(admit(call("write").out(t)));
    test.complete(admit(call("write again").out(t)));
    assertThat(test.engine.heap().usedBytes()).isEqualTo(2 * 1024);
  }

  @Test
  void aDeclaredLastUseGivesTheBytesBackBeforeTheScopeEnds() {
    test.complete(admit(call("write").out(t)));
    test.complete(admit(call("read").in(t).lastUse(t)));
    assertThat(test.engine.heap().usedBytes()).isZero();
  }

  /// H-17: a task that reads and renames one tensor waits for the old version, not for itself.
  @Test
  void inAndOutOfOneTensorReadTheOldVersionAndWriteTheNew() {
    Slot writer = admit(call("write").out(t));
    Slot both = admit(call("both").in(t).out(t));
    assertThat(both.version(0, 0)).isSameAs(writer.version(0, 0));
    assertThat(both.isFresh(0, 1)).isTrue();
    test.complete(writer);
    assertThat(test.isRunning(both)).isTrue();
  }

  @Test
  void anAllocatedTensorIsWrittenInPlace() {
    Slot alloc = admit(Task.alloc(t));
    assertThat(alloc.state()).isEqualTo(TaskState.COMPLETED);
    Slot first = admit(call("first").out(t));
    Slot second = admit(call("second").out(t));
    assertThat(second.version(0, 0)).isSameAs(alloc.version(0, 0));
    assertThat(second.state()).isEqualTo(TaskState.PENDING);
    test.complete(first);
    assertThat(test.isRunning(second)).isTrue();
  }

  @Test
  void explicitEdgesAreKeptOnTheTaskHoweverLongItIsGone() {
    Task first = call("first");
    Slot slot = admit(first);
    test.fail(slot, new IllegalStateException("broken"));
    for (int i = 0; i < 1_000; i++) {
      test.complete(admit(call("between")));
    }
    Slot late = admit(call("late").after(first));
    assertThat(late.cause()).isSameAs(slot.cause());
  }

  /// H-54: a user fills the tensor, a task reads it: the reader is on record although no task wrote.
  @Test
  void aReaderOfAUserOwnedTensorIsWaitedForThoughNoTaskWroteIt() {
    var user = TestEngine.userTensor(test.engine, 100);
    Slot reader = admit(call("read").in(user));
    Slot writer = admit(call("write").out(user));
    assertThat(writer.state()).isEqualTo(TaskState.PENDING);
    test.complete(reader);
    assertThat(test.isRunning(writer)).isTrue();
  }

  /// H-29
  @Test
  void poisonEndsWhereAWriterCompletesOverIt() {
    Slot writer = admit(call("write").out(t));
    test.fail(writer, new IllegalStateException("broken"));
    Slot part = admit(call("part").out(t.rows(0, 10)));
    test.complete(part);
    Slot clean = admit(call("clean").in(t.rows(0, 10)));
    Slot poisoned = admit(call("poisoned").in(t.rows(5, 15)));
    assertThat(test.isRunning(clean)).isTrue();
    assertThat(poisoned.cause()).isSameAs(writer.cause());
  }
}

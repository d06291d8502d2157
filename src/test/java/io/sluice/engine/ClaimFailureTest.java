package io.sluice.engine;

import static io.sluice.engine.TestEngine.call;
import static io.sluice.engine.TestEngine.kibibytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.HeapPolicy;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// H-01, H-03: a claim that fails half way leaves no trace.
class ClaimFailureTest {
  private final TestEngine test = new TestEngine(HeapPolicy.FIRST_FIT, 8, 2);
  private final Run run = test.program();
  private final Source source = test.source(run);
  private final Tensor old = kibibytes(1);
  private final UserTensor user = TestEngine.userTensor(test.engine, 10);

  /// Everything that a claim could leave behind.
  private record Trace(
      long used,
      int slabs,
      int slots,
      long tasks,
      long results,
      long inFlight,
      long sequence,
      long order,
      long stamp,
      int holds,
      int readers,
      int userReaders,
      Object version) {}

  private Trace trace(Slot owner) {
    Core core = test.engine.core();
    Version version = TensorRecord.newest(old, core);
    return new Trace(
        core.heap.usedBytes(),
        core.heap.liveCount(),
        core.slots.count(),
        core.taskCount,
        core.openResultCount,
        run.inFlightCount(),
        core.nextSequence,
        core.nextOrder,
        core.mapStamp,
        owner.holdCount,
        version.count(Layer.READERS),
        test.engine.version(user).count(Layer.READERS),
        version);
  }

  @ParameterizedTest
  @EnumSource(Claims.Step.class)
  void aClaimThatFailsAtAnyStepLeavesNoTrace(Claims.Step failing) {
    Slot owner = test.admit(source, call("owner").out(old));
    test.complete(owner);
    Trace before = trace(owner);
    Task task = call("fails").in(old, user).out(old, kibibytes(3)).yields(old, user);
    test.engine.claims().probe =
        step -> {
          if (step == failing) {
            throw new IllegalStateException("injected");
          }
        };
    assertThatThrownBy(() -> test.engine.submit(source, task)).hasMessage("injected");
    assertThat(trace(owner)).isEqualTo(before);
    test.engine.claims().probe = step -> {};
    user.close();
    test.engine.cancel(run);
    test.engine.closed(run);
    assertThat(test.engine.liveSlotCount()).isZero();
    assertThat(test.engine.heap().usedBytes()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Claims.Step.class)
  void afterAFailedClaimTheNextOneGetsItsIdAndItsBytes(Claims.Step failing) {
    test.engine.claims().probe =
        step -> {
          if (step == failing) {
            throw new IllegalStateException("injected");
          }
        };
    Task task = call("task").out(kibibytes(8));
    assertThatThrownBy(() -> test.engine.submit(source, task)).hasMessage("injected");
    test.engine.claims().probe = step -> {};
    Slot slot = test.admit(test.source(run), call("next").out(kibibytes(8)));
    assertThat(slot.sequence()).isZero();
    assertThat(slot.version(0, 0).offsetBytes()).isZero();
  }
}

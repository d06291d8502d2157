package io.sluice.engine;

import static io.sluice.engine.TestEngine.call;
import static io.sluice.engine.TestEngine.kibibytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HeapPolicy;
import io.sluice.task.TaskId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Ids go up by one, slots stay where they are, and a reset starts again from nothing.
class SlotIdTest {
  private final TestEngine test = TestEngine.ofKibibytes(8);
  private final Run run = test.program();
  private final Source source = test.source(run);

  @Test
  void idsGoUpByOneInTheOrderOfAdmission() {
    for (int i = 0; i < 100; i++) {
      test.engine.submit(source, call("task"));
    }
    assertThat(test.admitted.stream().map(Slot::sequence))
        .containsExactlyElementsOf(LongStream.range(0, 100).boxed().toList());
  }

  /// H-09: there is no window, and only what is alive is kept.
  @Test
  void aMillionClaimsPassTheWindowOf128Slots() {
    test.keepsNothing = true;
    for (int i = 0; i < 1_000_000; i++) {
      test.engine.submit(source, call("task"));
      test.complete(test.running.getFirst());
      assertThat(test.engine.liveSlotCount()).isZero();
    }
    assertThat(test.engine.totals().taskCount()).isEqualTo(1_000_000);
    assertThat(test.engine.liveSlotCount()).isZero();
  }

  @Test
  void aSlotStaysTheSameWhileAThousandMoreAreClaimed() {
    Slot first = test.admit(source, call("first"));
    for (int i = 0; i < 1_000; i++) {
      test.engine.submit(source, call("task"));
      assertThat(liveSlots()).endsWith(first);
    }
    assertThat(first.id()).isEqualTo(new TaskId(0, 0));
    assertThat(test.isRunning(first)).isTrue();
  }

  @Test
  void aStragglerKeepsItselfAlone() {
    Slot straggler = test.admit(source, call("straggler"));
    for (int i = 0; i < 10_000; i++) {
      Slot slot = test.admit(source, call("task"));
      test.complete(slot);
    }
    assertThat(liveSlots()).containsExactly(straggler);
    assertThat(test.isRunning(straggler)).isTrue();
  }

  private List<Slot> liveSlots() {
    List<Slot> live = new ArrayList<>();
    run.forEachSlot(live::add);
    return live;
  }

  /// H-02: nothing resets while anything can touch a slot.
  @Test
  void noDrainResetsWhileATaskLives() {
    Slot slot = test.admit(source, call("task").out(kibibytes(1)));
    test.engine.noMoreSources(run);
    test.engine.drain("drain");
    test.engine.settle();
    assertThat(test.drained).as("the task runs").isEmpty();
    test.complete(slot);
    test.engine.settle();
    assertThat(test.drained).as("its run is open").isEmpty();
    test.engine.cancel(run);
    test.delivered(run, 1);
    test.engine.closed(run);
    assertThat(test.engine.epoch()).isZero();
    test.engine.settle();
    assertThat(test.drained).containsExactly("drain");
    assertThat(test.engine.epoch()).isOne();
  }

  @Test
  void aResetReturnsIdsAndCursorsToZero() {
    TestEngine ring = new TestEngine(HeapPolicy.RING, 8, 1);
    Run first = ring.program();
    Slot before = ring.admit(ring.source(first), call("before").out(kibibytes(3)));
    ring.finish(first);
    ring.engine.drain("drain");
    ring.engine.settle();
    assertThat(ring.totals.taskCount()).isOne();
    assertThat(ring.totals.peakHeapBytes()).isEqualTo(3 * 1024);
    Run second = ring.program();
    Slot after = ring.admit(ring.source(second), call("after").out(kibibytes(8)));
    assertThat(after.id()).isEqualTo(new TaskId(1, 0));
    assertThat(after.version(0, 0).offsetBytes()).isZero();
    assertThat(ring.engine.heap().highWaterBytes()).isEqualTo(8 * 1024);
    assertThat(before.id()).isEqualTo(new TaskId(0, 0));
  }

  @Test
  void aDrainOfAnUnusedEngineResolvesAtOnceWithoutANewEpoch() {
    TestEngine unused = TestEngine.ofKibibytes(1);
    unused.engine.drain("one");
    unused.engine.drain("other");
    unused.engine.settle();
    assertThat(unused.drained).containsExactly("one", "other");
    assertThat(unused.engine.epoch()).isZero();
  }

  @Test
  void cancellingADrainAffectsNoOther() {
    test.engine.drain("one");
    test.engine.drain("other");
    test.engine.cancelDrain("one");
    test.finish(run);
    test.engine.settle();
    assertThat(test.drained).containsExactly("other");
  }
}

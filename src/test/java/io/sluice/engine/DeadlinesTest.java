package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.sluice.config.HeapPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Deadlines come up in their order, however they come and go.
class DeadlinesTest {
  private final TestEngine test = new TestEngine(HeapPolicy.FIRST_FIT, 64, 2);
  private final Core core = test.engine.core();
  private final Deadlines deadlines = new Deadlines(core);

  private SlotControl control() {
    Slot slot = test.admit(test.source(test.program()), TestEngine.call("t"));
    return new SlotControl(slot);
  }

  private void passTo(long nowNs) {
    core.nowNs = nowNs;
  }

  @Test
  void nothingIsDueWhereNothingWasAdded() {
    assertThat(deadlines.earliestNs()).isEqualTo(Long.MAX_VALUE);
    assertThat(deadlines.pollDue()).isNull();
    deadlines.remove(control());
  }

  @Test
  void whatIsDueTogetherComesInTheOrderInWhichItWasAdded() {
    SlotControl first = control();
    SlotControl second = control();
    deadlines.add(first, 5);
    deadlines.add(second, 5);
    assertThat(deadlines.pollDue()).as("too early").isNull();
    passTo(5);
    assertThat(deadlines.pollDue()).isSameAs(first);
    assertThat(deadlines.pollDue()).isSameAs(second);
    assertThat(deadlines.pollDue()).isNull();
  }

  @Test
  void aDelayBeyondAllTimeIsNever() {
    passTo(100);
    SlotControl far = control();
    deadlines.add(far, Long.MAX_VALUE);
    assertThat(deadlines.earliestNs()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void nothingIsDueTwice() {
    SlotControl control = control();
    deadlines.add(control, 5);
    assertThatIllegalStateException().isThrownBy(() -> deadlines.add(control, 6));
  }

  @Test
  void aModelAgrees() {
    SplittableRandom random = new SplittableRandom(7);
    List<SlotControl> idle = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      idle.add(control());
    }
    List<SlotControl> model = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      int roll = random.nextInt(10);
      if (roll < 5 && !idle.isEmpty()) {
        SlotControl added = idle.remove(random.nextInt(idle.size()));
        deadlines.add(added, random.nextInt(50));
        model.add(added);
      } else if (roll < 8 && !model.isEmpty()) {
        SlotControl removed = model.remove(random.nextInt(model.size()));
        deadlines.remove(removed);
        idle.add(removed);
      } else {
        passTo(core.nowNs + random.nextInt(5));
        for (SlotControl due = deadlines.pollDue(); due != null; due = deadlines.pollDue()) {
          SlotControl expected = nearest(model);
          assertThat(due).isSameAs(expected);
          model.remove(due);
          idle.add(due);
        }
      }
      assertThat(deadlines.earliestNs())
          .isEqualTo(model.isEmpty() ? Long.MAX_VALUE : nearest(model).dueNs);
    }
  }

  private static SlotControl nearest(List<SlotControl> model) {
    SlotControl nearest = model.getFirst();
    for (SlotControl other : model) {
      if (other.dueNs < nearest.dueNs
          || (other.dueNs == nearest.dueNs && other.stamp < nearest.stamp)) {
        nearest = other;
      }
    }
    return nearest;
  }
}

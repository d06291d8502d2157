package io.sluice.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TaskIdTest {

  @Test
  void isOrderedByEpochThenByAdmission() {
    TaskId first = new TaskId(0, 17);
    TaskId second = new TaskId(0, 18);
    TaskId third = new TaskId(1, 0);
    assertThat(List.of(third, second, first).stream().sorted())
        .containsExactly(first, second, third);
    assertThat(first.compareTo(new TaskId(0, 17))).isZero();
  }

  @Test
  void readsAsEpochAndSequence() {
    assertThat(new TaskId(2, 17)).hasToString("2:17");
  }

  @ParameterizedTest
  @EnumSource(names = {"COMPLETED", "FAILED", "CANCELLED", "CONSUMED"})
  void theseStatesAreTerminal(TaskState state) {
    assertThat(state.isTerminal()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"PENDING", "READY", "RUNNING"})
  void theseStatesAreNot(TaskState state) {
    assertThat(state.isTerminal()).isFalse();
  }
}

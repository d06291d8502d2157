package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.task.RunId;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskId;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunGraphTest {
  private final RunGraph graph = new RunGraph();
  private long admittedCount;

  @Test
  void anOpenRunIsNotReplacedByAYoungerOne() {
    admit(1);
    graph.open(number -> true);
    admit(2);
    admit(1);
    assertThat(graph.shown()).containsEntry("run", 1L).containsEntry("taskCount", 2L);
  }

  @Test
  void aRunThatIsOverGivesItsPlaceToAnyThatGoesOn() {
    admit(2);
    graph.open(number -> number == 1);
    assertThat(graph.shown()).as("until then").containsEntry("run", 2L);
    admit(1);
    assertThat(graph.shown()).containsEntry("run", 1L).containsEntry("taskCount", 1L);
  }

  private void admit(long run) {
    graph.admitted(
        new TaskEvent.Admitted(
            new TaskId(0, admittedCount++),
            "task",
            new RunId(run, null),
            0,
            "kernel",
            0,
            0,
            0,
            List.of()));
  }
}

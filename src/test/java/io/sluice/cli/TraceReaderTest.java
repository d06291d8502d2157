package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.observe.Slice;
import io.sluice.observe.Trace;
import io.sluice.observe.TracedTask;
import io.sluice.observe.Waits;
import io.sluice.task.RunId;
import io.sluice.task.TaskId;
import io.sluice.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When tasks ended, read back from a trace.
class TraceReaderTest {
  private static final int SPAN_NS = 1_000;

  @TempDir private Path directory;

  private Trace readBack(long endedNs, Slice... slices) throws IOException {
    TracedTask task =
        new TracedTask(
            new TaskId(0, 0),
            "t",
            "t",
            new RunId(1, null),
            0,
            0,
            0,
            endedNs,
            TaskState.FAILED,
            List.of(slices),
            List.of(),
            new Waits(0, 0, 0, 0));
    Path file = directory.resolve("trace.json");
    new Trace(List.of(task), List.of(), List.of(), SPAN_NS, 0, 0).writeChromeJson(file);
    return TraceReader.read(file);
  }

  private static Slice slice(int member, long startedNs, long endedNs, boolean givenUp) {
    return new Slice("cpu", member, member, 1, startedNs, endedNs, !givenUp, givenUp);
  }

  @Test
  void whatAKernelRanAfterItWasGivenUpIsNoTimeOfItsTask() throws IOException {
    Trace read = readBack(100, slice(0, 0, 100, false), slice(0, 100, 900, true));
    assertThat(read.tasks().getFirst().slices()).extracting(Slice::givenUp).contains(true);
    assertThat(read.tasks().getFirst().endedNs()).isEqualTo(100);
    assertThat(read.criticalPath().share()).isEqualTo(1);
  }

  @Test
  void aTaskEndsWithItsSlowestMember() throws IOException {
    Trace read = readBack(300, slice(0, 0, 300, false), slice(1, 10, 200, false));
    assertThat(read.tasks().getFirst().endedNs()).isEqualTo(300);
  }

  @Test
  void aTaskOfWhichNoMoreIsKnownEndsWithTheKernelThatWasGivenUp() throws IOException {
    Trace read = readBack(100, slice(0, 100, 900, true), slice(1, 100, 800, true));
    assertThat(read.tasks().getFirst().endedNs()).isEqualTo(900);
  }
}

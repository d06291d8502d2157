package io.sluice.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The simulator finds the faults that systems of this design have really had: each is put into the
/// engine by hand, and a random program must fail.
class MutationTest {
  private static final int PROGRAMS = 3_000;

  static List<Mutation> faults() {
    return List.of(
        Mutation.of("H-04 an empty ring keeps its cursors")
            .edit(
                "RingSpace",
                "      return capacityBytes();\n    }\n    long tail",
                "      return capacityBytes() - headBytes;\n    }\n    long tail")
            .edit("RingSpace", "    if (slabs.isEmpty()) {\n      headBytes = 0;\n    }\n", ""),
        Mutation.of("H-11 a consumer is wired to a producer that has released it already")
            .edit("Node", "before == this || before.settled", "before == this"),
        Mutation.of("H-13 a consumer attaches to a slab that all others have let go")
            .edit("Version", "owner == null || owner.scopeEnded", "owner == null"),
        Mutation.of("H-14 an old writer that retires takes newer ones along")
            .edit(
                "TensorMap",
                "        retire(slot, part);\n      }",
                """
                        retire(slot, part);
                      } else {
                        found.clear();
                        part.version.collect(Layer.WRITERS, part.box(), found);
                        found.forEach(part.version::remove);
                      }
                """),
        Mutation.of("H-15 disjoint slices of one tensor wait for each other")
            .edit(
                "TensorMap",
                "    version.collect(Layer.WRITERS, box, found);",
                "    version.collect(Layer.WRITERS, version.tensor.box(), found);"),
        Mutation.of("H-16 a write to a part displaces the record of the whole")
            .edit(
                "TensorMap",
                "    if (box.contains(part.box())) {\n      return;",
                "    if (true) {\n      return;"),
        Mutation.of("H-18 reads are not tracked")
            .edit("TensorMap", "argument.access() == Access.IN)", "argument.access() == null)"),
        Mutation.of("H-24 singles take the workers that a group waits for")
            .edit(
                "PoolQueues",
                "while (reservedCount < group.memberCount() && !idle.isEmpty())",
                "while (idle.size() >= group.memberCount() && reservedCount <"
                    + " group.memberCount())"),
        Mutation.of("H-27 a cancelled task stays in the ready queue")
            .edit("Lifecycle", "      dispatcher.withdraw(slot);\n", ""),
        Mutation.of("H-30 two failing producers both fail their reader")
            .edit(
                "Lifecycle",
                "    if (!slot.isDecided()) {\n      giveOutcome",
                "    if (!slot.isDecided() || outcome == TaskState.FAILED) {\n      giveOutcome"),
        Mutation.of("H-31 cancelling lets go what a running consumer holds")
            .edit(
                "Lifecycle",
                "slot.pendingCount == 0 && slot.runningMemberCount == 0",
                "slot.pendingCount == 0")
            .edit("Attempts", "if (slot.state == TaskState.RUNNING) {", "if (slot == null) {"),
        Mutation.of("a result overtakes those of earlier tasks")
            .edit("Turns", "first != null && hasCompleted(first.slot)", "first != null"),
        Mutation.of("a failed task leaves a gap that later results wait for")
            .edit("Lifecycle", "      slot.run.turns.remove(turn);\n", ""),
        Mutation.of("H-31 a slab goes while the kernel that was given up still writes")
            .edit(
                "Lifecycle",
                "slot.pendingCount == 0 && slot.runningMemberCount == 0",
                "slot.pendingCount == 0 && (slot.runningMemberCount == 0 || slot.isUnreturned())"),
        Mutation.of("H-27 a task is tried again while an earlier attempt runs")
            .edit(
                "Attempts",
                "      deadlines.add(control, slot.task.timeoutNs());\n    } else if (isToBeJudged",
                "      tryAgain(control, retry, failure);\n    } else if (isToBeJudged"),
        Mutation.of("H-27 a late report of an earlier attempt counts for the one that runs")
            .edit("Dispatcher", "attempt != slot.attempt() ||", "attempt > slot.attempt() ||"),
        Mutation.of("H-34 the time of a worker that comes late never begins")
            .edit("Attempts", "      deadlines.attemptStarts(slot);\n", ""),
        Mutation.of("the time of a worker that comes late begins before it comes")
            .edit(
                "Dispatcher",
                "        && !core.config.pools().get(slot.poolIndex).startsLate()",
                ""),
        Mutation.of("H-34 a deadline nearer than the timer's is forgotten")
            .edit("Alarm", "earliestNs < armedNs", "armedNs == NEVER && earliestNs < armedNs"),
        Mutation.of("H-34 a deadline is lost when another one goes")
            .edit("Deadlines", "      siftDown(place, last);\n", "      put(place, last);\n"),
        Mutation.of("ageing left out: the oldest may be passed for ever")
            .edit("ReadyLane", "ranks.passCount < MAX_PASSES ?", "ranks.passCount >= 0 ?"),
        Mutation.of("runs don't take turns at the workers")
            .edit("ReadyQueue", "    turn = lane.next;\n", ""),
        Mutation.of("a run's limit of bytes is ignored")
            .edit("Run", "return bytes <= heapLimitBytes - heapBytes;", "return heapBytes >= 0;"),
        Mutation.of("a claim that fits its run's limit waits")
            .edit(
                "Run",
                "return bytes <= heapLimitBytes - heapBytes;",
                "return bytes < heapLimitBytes - heapBytes;"),
        Mutation.of("a run that its own limit and scope block is not stalled")
            .edit(
                "StallFinder",
                "source.neededBytes <= source.run.heapLimitBytes - ownBytes",
                "source.neededBytes <= Long.MAX_VALUE - ownBytes"),
        Mutation.of("freed bytes ask nobody for more")
            .edit("Lifecycle", "      core.bytesFreed = true;\n", ""),
        Mutation.of("rows: a slab is cut behind its first output")
            .edit(
                "Slot",
                "bytes = Math.max(bytes, version.offsetBytes()",
                "bytes = bytes > 0 ? bytes : Math.max(bytes, version.offsetBytes()"),
        Mutation.of("rows: a run's own bytes don't hear of a tail that went back")
            .edit("Attempts", "      slot.run.heapBytes -= slot.slabBytes - keptBytes;\n", ""),
        Mutation.of("rows: readers see the maximum")
            .edit(
                "Version",
                "extras == null || extras.rows < 0 ?",
                "extras != null || extras == null ?"),
        Mutation.of("rows: a kernel that says nothing used what one before it said")
            .edit("Slot", "used == null || used[i] < 0 ? all", "used == null || used[i] < 0 ? 0"),
        Mutation.of("H-52 free bytes and a waiting claim, and nobody looks")
            .edit(
                "Lifecycle",
                "      core.admissionDue = true;\n      core.progressed();\n",
                "      core.progressed();\n"),
        Mutation.of("H-53 readers hold the writer in place, not the owner of the slab")
            .edit(
                "Claims",
                "version.owner != null && version.owner != slot",
                "version.owner != null && version.owner != slot && !version.inPlace")
            .edit(
                "Lifecycle",
                "      letGoOf(version, slot);\n",
                "      if (!version.inPlace || version.owner == null) letGoOf(version, slot);\n"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultPutInByHandIsFound(Mutation fault) throws Exception {
    Optional<String> failure = MutatedEngine.with(fault).firstFailure(0, PROGRAMS);
    assertThat(failure).as("%s must be found within %,d programs", fault, PROGRAMS).isPresent();
    System.out.println(fault + "\n    " + failure.get().lines().findFirst().orElse(""));
  }

  /// The serial interpreter knows nothing of what waits for what.
  @ParameterizedTest
  @ValueSource(strings = {"H-13", "H-14", "H-16", "H-18", "H-53", "rows: a slab"})
  void theBytesTellOfItByThemselves(String hazard) throws Exception {
    Mutation fault =
        faults().stream().filter(f -> f.name().startsWith(hazard)).findFirst().orElseThrow();
    Optional<String> wrong = MutatedEngine.with(fault).firstWrongByte(0, PROGRAMS);
    assertThat(wrong).as("%s must be read within %,d programs", fault, PROGRAMS).isPresent();
    System.out.println(fault + "\n    " + wrong.get().lines().findFirst().orElse(""));
  }

  @Test
  void theEngineLoadedOnceMoreWithoutAFaultPasses() throws Exception {
    assertThat(MutatedEngine.with(Mutation.of("none")).firstFailure(0, 100)).isEmpty();
  }
}

package io.sluice.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.WakeUp;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The protocol as a model, step by step in an order that chance decides, with a kill possible between any two
/// of the child's stores. Both sides take the real steps, in memory of this process.
///
/// Each task is told once: completed with its own outcome, or lost; one that had not begun is never lost, and
/// goes on to the next child. H-36, H-37, H-40, H-41.
class ProtocolModelTest {
  private static final int PROGRAMS = 400;
  private static final int TASKS = 40;
  private static final long OUTCOME = 200;

  /// What the child is about to do next.
  private enum Step {
    LOOK,
    RUN,
    WRITE,
    MARK,
    ENTER,
    ADVANCE,
    SIGNAL
  }

  private static final Waiter NOBODY =
      new Waiter() {
        @Override
        public void await(MemorySegment memory, long offset, int expected, long timeoutNs) {}

        @Override
        public void wake(MemorySegment memory, long offset) {}

        @Override
        public WakeUp kind() {
          return WakeUp.POLL;
        }
      };

  @ParameterizedTest(name = "{0} frame(s)")
  @ValueSource(ints = {1, 2, 3, 8})
  void eachTaskIsToldOnceWhereverAChildDies(int frames) {
    for (int seed = 0; seed < PROGRAMS; seed++) {
      new Model(frames, seed).run();
    }
  }

  private static final class Model {
    final int frames;
    final SplittableRandom random;
    final String program;
    final ArrayDeque<Integer> waiting = new ArrayDeque<>();
    final Map<Integer, String> told = new HashMap<>();
    final Signal signal = new Signal(null, MemorySegment.ofArray(new long[16]), NOBODY);
    final int[] begun = new int[TASKS];
    final int[] lost = new int[TASKS];

    MemorySegment memory;
    Mailbox parent;
    ChildMailbox child;
    Integer[] staged;
    int tail;
    int completions;
    int head;
    Step step;

    Model(int frames, int seed) {
      this.frames = frames;
      this.random = new SplittableRandom(seed);
      this.program = frames + " frames, seed " + seed;
      for (int task = 0; task < TASKS; task++) {
        waiting.add(task);
      }
      newChild();
    }

    void newChild() {
      long bytes = MailboxLayout.bytes(frames);
      memory = MemorySegment.ofArray(new long[(int) (bytes / Long.BYTES)]);
      Words.setInt(memory, MailboxLayout.FRAME_COUNT, frames);
      parent = new Mailbox(null, memory, frames, NOBODY);
      child = new ChildMailbox(memory, signal, NOBODY);
      staged = new Integer[frames];
      tail = 0;
      completions = 0;
      head = 0;
      step = Step.LOOK;
    }

    void run() {
      int killPercent = random.nextInt(4);
      for (int steps = 0; told.size() < TASKS; steps++) {
        assertThat(steps).as("%s: it goes on", program).isLessThan(100_000);
        int dice = random.nextInt(100);
        if (dice < killPercent) {
          die();
        } else if (dice < 30) {
          stage();
        } else if (dice < 36) {
          takeBack();
        } else if (dice < 55) {
          collect();
        } else {
          childStep();
        }
      }
      assertThat(told).as(program).hasSize(TASKS);
    }

    void stage() {
      if (!waiting.isEmpty() && staged[tail] == null && parent.state(tail) == MailboxLayout.EMPTY) {
        int task = waiting.remove();
        Words.setInt(memory, MailboxLayout.frame(tail) + OUTCOME + 4, task);
        staged[tail] = task;
        parent.stage(tail);
        tail = (tail + 1) % frames;
      }
    }

    void takeBack() {
      int number = random.nextInt(frames);
      if (staged[number] != null && parent.takeBack(number)) {
        waiting.addFirst(staged[number]);
        staged[number] = null;
      }
    }

    void collect() {
      if (parent.ringTail() != completions) {
        int number = parent.ringEntry(completions++);
        assertThat(parent.state(number)).as(program).isEqualTo(MailboxLayout.DONE);
        completed(number);
        parent.empty(number);
      }
    }

    void completed(int number) {
      Integer task = staged[number];
      assertThat(task).as(program).isNotNull();
      staged[number] = null;
      assertThat(Words.getInt(memory, MailboxLayout.frame(number) + OUTCOME))
          .as("%s: the outcome is that of task %d", program, task)
          .isEqualTo(task + 1);
      tell(task, "completed");
    }

    void tell(int task, String what) {
      assertThat(told.put(task, what)).as("%s: task %d is told once", program, task).isNull();
      assertThat(begun[task]).as("%s: task %d began once", program, task).isEqualTo(1);
    }

    /// One store, or one look, of the child's.
    void childStep() {
      switch (step) {
        case LOOK -> look();
        case RUN -> {
          begun[Words.getInt(memory, MailboxLayout.frame(head) + OUTCOME + 4)]++;
          step = Step.WRITE;
        }
        case WRITE -> {
          int task = Words.getInt(memory, MailboxLayout.frame(head) + OUTCOME + 4);
          Words.setInt(memory, MailboxLayout.frame(head) + OUTCOME, task + 1);
          step = Step.MARK;
        }
        case MARK -> {
          child.markDone(head);
          step = Step.ENTER;
        }
        case ENTER -> {
          child.writeRingEntry(head);
          step = Step.ADVANCE;
        }
        case ADVANCE -> {
          child.advanceRing();
          step = Step.SIGNAL;
        }
        case SIGNAL -> {
          signal.raise();
          head = (head + 1) % frames;
          step = Step.LOOK;
        }
      }
    }

    void look() {
      int state = child.state(head);
      if (state == MailboxLayout.STAGED && child.begin(head)) {
        step = Step.RUN;
      } else if (state == MailboxLayout.TAKEN) {
        child.skip(head);
        head = (head + 1) % frames;
      }
    }

    /// The child is gone and reaped: what its frames say is all that there is.
    void die() {
      List<Integer> unbegun = new ArrayList<>();
      for (int place = 0; place < frames; place++) {
        int number = (tail + place) % frames;
        Integer task = staged[number];
        if (task == null) {
          continue;
        }
        switch (parent.state(number)) {
          case MailboxLayout.STAGED -> {
            assertThat(begun[task]).as("%s: task %d had not begun", program, task).isZero();
            unbegun.add(task);
          }
          case MailboxLayout.DONE -> completed(number);
          default -> {
            lost[task]++;
            begun[task] = Math.max(1, begun[task]);
            tell(task, "lost");
          }
        }
      }
      for (int task : unbegun.reversed()) {
        waiting.addFirst(task);
      }
      Arrays.fill(staged, null);
      newChild();
    }
  }
}

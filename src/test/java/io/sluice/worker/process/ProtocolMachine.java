package io.sluice.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.WakeUp;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A seat, its watcher and its child, taken apart into single steps; all that they remember can be saved and
/// loaded. Both sides take the real steps of [Mailbox], [ChildMailbox] and [Signal], in memory of this
/// process.
///
/// | actor | steps |
/// | --- | --- |
/// | drain | write a task, publish it, wake; take one back, remove it; note that it waits for room, look again |
/// | watcher | read the signal, take a completion, give its frame back, look for those who wait for room, sleep |
/// | child | look, begin, write, done, ring entry, tail, raise, wake; pass over, raise, wake; say that it sleeps, look, sleep |
/// | death | kill the child; reap it |
final class ProtocolMachine {
  private static final long TASK = MailboxLayout.TICKET;
  private static final long RESULT = MailboxLayout.OUTCOME_TICKET;
  private static final int NONE = -1;
  private static final int CONTROL_WORDS = 16;
  private static final int WAITING = 0;
  private static final int COMPLETED = 1;
  private static final int LOST = 2;
  private static final int CHILD = 0;
  private static final int WATCHER = 1;
  private static final int DRAIN = 2;
  private static final int KILL = 3;
  private static final int REAP = 4;
  private static final int TAKE_BACK = 5;

  private enum Drain {
    IDLE,
    WRITTEN,
    PUBLISHED,
    TAKEN,
    FULL,
    NOTED
  }

  private enum Watch {
    READ,
    COLLECT,
    GIVE_BACK,
    LOOK_FOR_WAITING,
    SAY_SLEEPING,
    LOOK_AGAIN,
    FALL_ASLEEP,
    ASLEEP,
    WOKEN
  }

  private enum Child {
    LOOK,
    WRITE,
    MARK,
    ENTER,
    ADVANCE,
    RAISE,
    WAKE,
    SAY_PARKED,
    LOOK_AGAIN,
    FALL_ASLEEP,
    ASLEEP,
    WOKEN,
    DEAD,
    REAPED
  }

  private final int frames;
  private final int tasks;
  private final MemorySegment memory;
  private final MemorySegment signalMemory = MemorySegment.ofArray(new long[16]);
  private final Signal signal;
  private final Mailbox parent;
  private final ChildMailbox child;
  private final long[] offsets;

  // ---- what is saved, beside the words in memory ----

  private Drain drainAt = Drain.IDLE;
  private Watch watchAt = Watch.READ;
  private Child childAt = Child.LOOK;
  private int drainNumber;
  private boolean drainDue = true;
  private boolean detachDue;
  private boolean waitsForRoom;
  private int watchSeen;
  private boolean watchFound;
  private int watchNumber;
  private int completions;
  private int childHead;
  private int childSeen;
  private int tail;
  private int killsLeft;
  private int takeBacksLeft;
  private final int[] staged;
  private final int[] told;
  private final int[] begun;
  private final List<Integer> waiting = new ArrayList<>();

  ProtocolMachine(int frames, int tasks, int kills, int takeBacks) {
    this.frames = frames;
    this.tasks = tasks;
    this.killsLeft = kills;
    this.takeBacksLeft = takeBacks;
    Waiter waiter = new ModelWaiter();
    this.memory = MemorySegment.ofArray(new long[(int) (MailboxLayout.bytes(frames) / Long.BYTES)]);
    Words.setInt(memory, MailboxLayout.FRAME_COUNT, frames);
    this.signal = new Signal(null, signalMemory, waiter);
    this.parent = new Mailbox(null, memory, frames, waiter);
    this.child = new ChildMailbox(memory, signal, waiter);
    this.offsets = offsets();
    this.staged = new int[frames];
    Arrays.fill(staged, NONE);
    this.told = new int[tasks];
    this.begun = new int[tasks];
    for (int task = 0; task < tasks; task++) {
      waiting.add(task);
    }
  }

  private long[] offsets() {
    List<Long> all = new ArrayList<>(List.of(MailboxLayout.PARKED, MailboxLayout.RING_TAIL));
    for (int number = 0; number < frames; number++) {
      all.add(MailboxLayout.frame(number) + MailboxLayout.STATE);
      all.add(MailboxLayout.frame(number) + TASK);
      all.add(MailboxLayout.frame(number) + RESULT);
    }
    for (int entry = 0; entry < tasks + 2; entry++) {
      all.add(MailboxLayout.ringEntry(entry));
    }
    return all.stream().mapToLong(Long::longValue).toArray();
  }

  /// Who sleeps is woken, and looks again.
  private final class ModelWaiter implements Waiter {
    @Override
    public void await(MemorySegment words, long offset, int expected, long timeoutNs) {
      throw new AssertionError("sleeping is a step of its own");
    }

    @Override
    public void wake(MemorySegment words, long offset) {
      boolean isSignal = words.equals(signalMemory);
      if (isSignal && watchAt == Watch.ASLEEP) {
        watchAt = Watch.WOKEN;
      } else if (!isSignal
          && childAt == Child.ASLEEP
          && offset == MailboxLayout.frame(childHead) + MailboxLayout.STATE) {
        childAt = Child.WOKEN;
      }
    }

    @Override
    public WakeUp kind() {
      return WakeUp.POLL;
    }
  }

  // ---- saving ----

  int[] save() {
    int[] words = new int[offsets.length + 2 + CONTROL_WORDS + frames + 3 * tasks];
    int at = 0;
    for (long offset : offsets) {
      words[at++] = Words.getInt(memory, offset);
    }
    words[at++] = Words.getInt(signalMemory, MailboxLayout.SIGNAL);
    words[at++] = Words.getInt(signalMemory, MailboxLayout.SIGNAL_SLEEPING);
    for (int word : control()) {
      words[at++] = word;
    }
    for (int[] list : List.of(staged, told, begun)) {
      System.arraycopy(list, 0, words, at, list.length);
      at += list.length;
    }
    for (int i = 0; i < tasks; i++) {
      words[at++] = i < waiting.size() ? waiting.get(i) : NONE;
    }
    return words;
  }

  @SuppressWarnings("EnumOrdinal") // Numbers to be loaded again by the same program.
  private int[] control() {
    return new int[] {
      drainAt.ordinal(),
      watchAt.ordinal(),
      childAt.ordinal(),
      drainNumber,
      drainDue ? 1 : 0,
      detachDue ? 1 : 0,
      waitsForRoom ? 1 : 0,
      watchSeen,
      watchFound ? 1 : 0,
      watchNumber,
      completions,
      childHead,
      childSeen,
      tail,
      killsLeft,
      takeBacksLeft
    };
  }

  void load(int[] words) {
    int at = 0;
    for (long offset : offsets) {
      Words.setInt(memory, offset, words[at++]);
    }
    Words.setInt(signalMemory, MailboxLayout.SIGNAL, words[at++]);
    Words.setInt(signalMemory, MailboxLayout.SIGNAL_SLEEPING, words[at++]);
    at = loadControl(words, at);
    for (int[] list : List.of(staged, told, begun)) {
      System.arraycopy(words, at, list, 0, list.length);
      at += list.length;
    }
    waiting.clear();
    for (int i = 0; i < tasks && words[at + i] != NONE; i++) {
      waiting.add(words[at + i]);
    }
  }

  private int loadControl(int[] words, int from) {
    int at = from;
    drainAt = Drain.values()[words[at++]];
    watchAt = Watch.values()[words[at++]];
    childAt = Child.values()[words[at++]];
    drainNumber = words[at++];
    drainDue = words[at++] == 1;
    detachDue = words[at++] == 1;
    waitsForRoom = words[at++] == 1;
    watchSeen = words[at++];
    watchFound = words[at++] == 1;
    watchNumber = words[at++];
    completions = words[at++];
    childHead = words[at++];
    childSeen = words[at++];
    tail = words[at++];
    killsLeft = words[at++];
    takeBacksLeft = words[at++];
    return at;
  }

  // ---- steps ----

  int stepCount() {
    return TAKE_BACK + frames;
  }

  /// Whether the step is one that somebody may take, but need not.
  boolean isByChoice(int step) {
    return step == KILL || step >= TAKE_BACK;
  }

  /// Takes a step, if it can be taken now.
  boolean take(int step) {
    return switch (step) {
      case CHILD -> childStep();
      case WATCHER -> watcherStep();
      case DRAIN -> drainStep();
      case KILL -> kill();
      case REAP -> reap();
      default -> startTakeBack(step - TAKE_BACK);
    };
  }

  boolean isAllTold() {
    return Arrays.stream(told).noneMatch(outcome -> outcome == WAITING);
  }

  private boolean kill() {
    if (killsLeft == 0 || childAt == Child.DEAD || childAt == Child.REAPED) {
      return false;
    }
    killsLeft--;
    childAt = Child.DEAD;
    return true;
  }

  private boolean reap() {
    if (childAt != Child.DEAD) {
      return false;
    }
    childAt = Child.REAPED;
    signal.raise();
    return true;
  }

  // ---- the drain ----

  private boolean drainStep() {
    switch (drainAt) {
      case IDLE -> {
        return startDrain();
      }
      case WRITTEN -> {
        parent.publish(tail);
        drainAt = Drain.PUBLISHED;
      }
      case PUBLISHED -> {
        parent.wakeSleeper(tail);
        tail = (tail + 1) % frames;
        drainAt = Drain.IDLE;
      }
      case TAKEN -> {
        waiting.addFirst(staged[drainNumber]);
        staged[drainNumber] = NONE;
        drainAt = Drain.IDLE;
        drainDue = true;
      }
      case FULL -> {
        waitsForRoom = true;
        drainAt = Drain.NOTED;
      }
      case NOTED -> {
        drainAt = Drain.IDLE;
        drainDue |= hasRoom();
      }
    }
    return true;
  }

  private boolean startDrain() {
    if (detachDue) {
      detach();
    } else if (!drainDue) {
      return false;
    } else if (waitsForRoom) {
      waitsForRoom = false;
    } else if (waiting.isEmpty()) {
      drainDue = false;
    } else if (hasRoom()) {
      int task = waiting.removeFirst();
      Words.setInt(memory, MailboxLayout.frame(tail) + TASK, task);
      staged[tail] = task;
      drainAt = Drain.WRITTEN;
    } else {
      drainDue = false;
      drainAt = Drain.FULL;
    }
    return true;
  }

  private boolean hasRoom() {
    return staged[tail] == NONE && parent.state(tail) == MailboxLayout.EMPTY;
  }

  private boolean startTakeBack(int number) {
    boolean may = drainAt == Drain.IDLE && takeBacksLeft > 0 && staged[number] != NONE;
    if (!may || !parent.takeBack(number)) {
      return false;
    }
    takeBacksLeft--;
    drainNumber = number;
    drainAt = Drain.TAKEN;
    return true;
  }

  /// The child was reaped, and the watcher has left its mailbox. The next one has a mailbox of its own.
  private void detach() {
    List<Integer> unbegun = new ArrayList<>();
    for (int place = 0; place < frames; place++) {
      int number = (tail + place) % frames;
      int task = staged[number];
      if (task == NONE) {
        continue;
      }
      switch (parent.state(number)) {
        case MailboxLayout.STAGED -> unbegun.add(task);
        case MailboxLayout.DONE -> completed(number);
        default -> {
          assertThat(begun[task]).as("task %d had begun: %s", task, this).isEqualTo(1);
          tell(task, LOST);
        }
      }
    }
    waiting.addAll(0, unbegun);
    for (long offset : offsets) {
      Words.setInt(memory, offset, 0);
    }
    Arrays.fill(staged, NONE);
    tail = 0;
    completions = 0;
    childHead = 0;
    childAt = Child.LOOK;
    detachDue = false;
    drainDue = true;
  }

  private void completed(int number) {
    int task = staged[number];
    assertThat(task).as("frame %d is staged: %s", number, this).isNotEqualTo(NONE);
    assertThat(Words.getInt(memory, MailboxLayout.frame(number) + RESULT))
        .as("the outcome is that of task %d: %s", task, this)
        .isEqualTo(task + 1);
    staged[number] = NONE;
    tell(task, COMPLETED);
  }

  private void tell(int task, int outcome) {
    assertThat(told[task]).as("task %d is told once: %s", task, this).isEqualTo(WAITING);
    told[task] = outcome;
  }

  // ---- the watcher ----

  private boolean watcherStep() {
    switch (watchAt) {
      case READ -> {
        watchSeen = signal.read();
        watchFound = false;
        watchAt = Watch.COLLECT;
        if (childAt == Child.REAPED && !detachDue) {
          detachDue = true;
          watchFound = true;
          watchAt = Watch.READ;
        }
      }
      case COLLECT -> collect();
      case GIVE_BACK -> {
        parent.empty(watchNumber);
        drainDue = true;
        watchAt = Watch.COLLECT;
      }
      case LOOK_FOR_WAITING -> {
        drainDue |= waitsForRoom;
        watchAt = watchFound ? Watch.READ : Watch.SAY_SLEEPING;
      }
      case SAY_SLEEPING -> {
        signal.saySleeping();
        watchAt = Watch.LOOK_AGAIN;
      }
      case LOOK_AGAIN, FALL_ASLEEP -> watchAt = fallAsleep();
      case WOKEN -> {
        signal.sayAwake();
        watchAt = Watch.READ;
      }
      case ASLEEP -> {
        return false;
      }
    }
    return true;
  }

  private void collect() {
    if (detachDue || parent.ringTail() == completions) {
      watchAt = Watch.LOOK_FOR_WAITING;
      return;
    }
    watchNumber = parent.ringEntry(completions++);
    assertThat(parent.state(watchNumber)).as("%s", this).isEqualTo(MailboxLayout.DONE);
    completed(watchNumber);
    watchFound = true;
    watchAt = Watch.GIVE_BACK;
  }

  /// Twice the same: a look of the watcher's, then that of the system, which is one step with the sleep.
  private Watch fallAsleep() {
    if (signal.read() != watchSeen) {
      return Watch.WOKEN;
    }
    return watchAt == Watch.LOOK_AGAIN ? Watch.FALL_ASLEEP : Watch.ASLEEP;
  }

  // ---- the child ----

  private boolean childStep() {
    switch (childAt) {
      case LOOK -> look();
      case WRITE -> {
        int task = Words.getInt(memory, MailboxLayout.frame(childHead) + TASK);
        Words.setInt(memory, MailboxLayout.frame(childHead) + RESULT, task + 1);
        childAt = Child.MARK;
      }
      case MARK -> {
        child.markDone(childHead);
        childAt = Child.ENTER;
      }
      case ENTER -> {
        child.writeRingEntry(childHead);
        childAt = Child.ADVANCE;
      }
      case ADVANCE -> {
        child.advanceRing();
        childAt = Child.RAISE;
      }
      case RAISE -> {
        signal.increment();
        childAt = Child.WAKE;
      }
      case WAKE -> {
        signal.wakeSleeper();
        childHead = (childHead + 1) % frames;
        childAt = Child.LOOK;
      }
      case SAY_PARKED -> {
        child.sayParked();
        childAt = Child.LOOK_AGAIN;
      }
      case LOOK_AGAIN, FALL_ASLEEP -> childAt = parkChild();
      case WOKEN -> {
        child.sayAwake();
        childAt = Child.LOOK;
      }
      case ASLEEP, DEAD, REAPED -> {
        return false;
      }
    }
    return true;
  }

  private void look() {
    int state = child.state(childHead);
    if (state == MailboxLayout.STAGED && child.begin(childHead)) {
      int task = Words.getInt(memory, MailboxLayout.frame(childHead) + TASK);
      begun[task]++;
      assertThat(begun[task]).as("task %d begins once: %s", task, this).isEqualTo(1);
      childAt = Child.WRITE;
    } else if (state == MailboxLayout.TAKEN && child.pass(childHead)) {
      childAt = Child.RAISE;
    } else if (state == MailboxLayout.EMPTY || state == MailboxLayout.DONE) {
      childSeen = state;
      childAt = Child.SAY_PARKED;
    }
  }

  private Child parkChild() {
    if (!child.isStill(childHead, childSeen)) {
      return Child.WOKEN;
    }
    return childAt == Child.LOOK_AGAIN ? Child.FALL_ASLEEP : Child.ASLEEP;
  }

  @Override
  public String toString() {
    return "drain %s, watcher %s, child %s at %d, staged %s, waiting %s, told %s"
        .formatted(
            drainAt,
            watchAt,
            childAt,
            childHead,
            Arrays.toString(staged),
            waiting,
            Arrays.toString(told));
  }
}

package io.sluice.sim;

import io.sluice.error.WorkerLostException;
import io.sluice.task.Access;
import io.sluice.task.Task;
import io.sluice.task.TaskRetry;
import io.sluice.task.TaskState;
import java.util.ArrayList;
import java.util.List;

/// Plays the workers: kernels that read at their start and again at their end, write at some moment
/// between, end, fail, or are never started because their run has stopped.
final class Workers {
  private static final int REMEMBERED = 50;

  private final World world;
  private final Dice dice;
  private final List<Member> ended = new ArrayList<>();

  Workers(World world, Dice dice) {
    this.world = world;
    this.dice = dice;
  }

  boolean may(Member.Phase phase) {
    return world.members.stream().anyMatch(member -> member.phase == phase && !member.stuck);
  }

  private Member pick(Member.Phase phase) {
    return dice.pick(world.members.stream().filter(m -> m.phase == phase && !m.stuck).toList());
  }

  void start() {
    Member member = pick(Member.Phase.STAGED);
    world.trace.add("        start %s", member);
    if (member.attempt > 1 && dice.chance(20)) {
      reportAgain();
    }
    handOver(member);
    if ((member.task.run().stopped || member.task.askedToStop) && dice.chance(50)) {
      cancel(member);
      return;
    }
    member.phase = Member.Phase.STARTED;
    member.stuck = dice.chance(world.scenario.stuckPercent);
    for (Touch touch : touches(member)) {
      checkOwner(touch);
      if (touch.isFresh() && touch.version.tensor.isZeroed()) {
        world.memory.fill(touch.version.version, touch.box, Memory.ZERO);
      }
      if (touch.access == Access.IN || (touch.access.reads() && member.attempt == 1)) {
        checkRows(touch);
        touch.first = world.memory.read(touch.version.version, touch.readable());
        touch.firstStep = world.step;
      }
    }
  }

  /// The worker comes late, maybe a second time, and sometimes news of an earlier attempt comes as well.
  private void handOver(Member member) {
    if (world.startsLate(member.task)) {
      for (int times = dice.chance(20) ? 2 : 1; times > 0; times--) {
        if (member.attempt > 1 && dice.chance(20)) {
          world.engine.attemptStarted(member.task.slot, member.attempt - 1);
        }
        member.task.attempts.handedOver();
        world.engine.attemptStarted(member.task.slot, member.attempt);
      }
    }
  }

  private static void checkRows(Touch touch) {
    Broken.unless(
        touch.version.version.rows() == touch.version.rows,
        "law 1: %s sees %d rows of %s, should see %d",
        touch.task,
        touch.version.version.rows(),
        touch,
        touch.version.rows);
  }

  private static List<Touch> touches(Member member) {
    return member.task.touches.stream().filter(touch -> touch.member == member.member).toList();
  }

  private void checkOwner(Touch touch) {
    SimTask owner = touch.version.owner;
    Broken.unless(
        world.bytesOnly || owner == null || owner.slot.state() != TaskState.CONSUMED,
        "law 4 (H-53): %s touches a slab of %s, which was consumed",
        touch.task,
        owner);
  }

  void write() {
    Member member = pick(Member.Phase.STARTED);
    world.trace.add("        write %s", member);
    member.phase = Member.Phase.WRITTEN;
    SimTask task = member.task;
    for (Touch touch : touches(member)) {
      checkOwner(touch);
      if (touch.access == Access.INOUT && member.attempt == 1) {
        touch.second = world.memory.read(touch.version.version, touch.readable());
        touch.secondStep = world.step;
      }
      if (touch.access.writes() && task.task.kind() == Task.Kind.CALL) {
        world.memory.write(
            touch.version.version,
            touch.isFresh() ? touch.box : touch.readable(),
            task.writer(member.member, member.attempt));
      }
    }
  }

  void finish() {
    Member member = pick(Member.Phase.WRITTEN);
    world.trace.add("        finish %s", member);
    for (Touch touch : touches(member)) {
      checkOwner(touch);
      if (touch.access == Access.IN) {
        touch.second = world.memory.read(touch.version.version, touch.readable());
        touch.secondStep = world.step;
      }
    }
    if (dice.chance(world.scenario.failurePercent)) {
      fail(member, new IllegalStateException("kernel of " + member.task.name()));
    } else if (member.task.interrupted && dice.chance(50)) {
      world.situations.count(Situation.MEMBER_INTERRUPTED);
      fail(member, new InterruptedException());
    } else if (dice.chance(world.scenario.lostPercent)) {
      lose(member);
    } else {
      end(member);
      world.engine.memberCompleted(
          member.task.slot, member.member, member.attempt, runTimeNs(member), usedRows(member));
    }
  }

  /// Some are worth another worker, some are not.
  private long runTimeNs(Member member) {
    return member.task.slot.sequence() % world.scenario.longTaskEvery == 0 ? 8_000 : 1;
  }

  /// Lets a kernel that writes something with a maximum use some of its rows, or say nothing.
  private long[] usedRows(Member member) {
    long[] rows = null;
    for (Touch touch : touches(member)) {
      if (touch.isFresh() && touch.version.tensor.isAtMost()) {
        long most = touch.version.tensor.shape().extent(0);
        boolean says = dice.chance(80);
        touch.version.rows = says ? dice.between(0, (int) most) : most;
        if (says) {
          rows = rows == null ? unsaid(member) : rows;
          rows[touch.argument] = touch.version.rows;
          world.situations.count(Situation.ROWS_USED);
        }
      }
    }
    return rows;
  }

  private static long[] unsaid(Member member) {
    long[] rows = new long[member.task.task.member(member.member).tensorCount()];
    java.util.Arrays.fill(rows, -1);
    return rows;
  }

  private void end(Member member) {
    world.stopped(member);
    if (ended.size() == REMEMBERED) {
      ended.removeFirst();
    }
    ended.add(member);
  }

  private void fail(Member member, Throwable failure) {
    TaskRetry retry = member.task.task.retry();
    boolean mayRetry = retry != null && (retry.filter() == null || dice.chance(60));
    if (retry != null && !mayRetry) {
      world.situations.count(Situation.RETRY_FILTERED);
    }
    member.task.attempts.fails(failure, mayRetry);
    end(member);
    world.engine.memberFailed(member.task.slot, member.member, member.attempt, failure, mayRetry);
  }

  private void lose(Member member) {
    world.trace.add("        lose the worker of %s", member);
    world.situations.count(Situation.WORKER_LOST);
    WorkerLostException lost = new WorkerLostException("w" + member.worker, "was lost");
    member.task.attempts.fails(lost, true);
    end(member);
    world.engine.memberLost(member.task.slot, member.member, member.attempt, lost);
  }

  boolean mayUnstick() {
    return world.members.stream().anyMatch(member -> member.stuck);
  }

  /// A kernel that hung goes on after all.
  void unstick() {
    dice.pick(world.members.stream().filter(m -> m.stuck).toList()).stuck = false;
  }

  boolean mayAnswer() {
    return !world.unanswered.isEmpty();
  }

  /// Another thread takes the place of a worker whose kernel was given up; or there is none to be had.
  void answer() {
    Member member = dice.pick(world.unanswered);
    world.unanswered.remove(member);
    if (dice.chance(15)) {
      world.trace.add("        no other worker for %s", member);
      return;
    }
    world.trace.add("        another worker for %s", member);
    boolean runs = world.members.contains(member);
    world.effects = 0;
    if (runs) {
      replace(member);
    }
    world.engine.workerReplaced(member.task.slot, member.member, member.attempt);
    if (!runs) {
      world.situations.count(Situation.REPLACEMENT_TOO_LATE);
      Broken.unless(world.effects == 0, "a worker is replaced for a kernel that has returned");
    }
  }

  private void replace(Member member) {
    world.situations.count(Situation.WORKER_REPLACED);
    member.replaced = true;
    world.freed(member);
  }

  boolean mayJudge() {
    return !world.judgements.isEmpty();
  }

  /// A filter answers, maybe to a question that nobody asks any more.
  void judge() {
    World.Judgement asked = dice.pick(world.judgements);
    world.judgements.remove(asked);
    boolean answer = dice.chance(60);
    world.trace.add("        %s may be tried again: %s", asked.task(), answer);
    if (asked.task().isDecided()) {
      world.situations.count(Situation.JUDGED_TOO_LATE);
    } else {
      world.situations.count(Situation.JUDGED);
      asked.task().attempts.judged(answer);
    }
    world.engine.judged(asked.task().slot, asked.attempt(), answer);
  }

  private void cancel(Member member) {
    world.situations.count(Situation.MEMBER_NOT_STARTED);
    end(member);
    world.engine.memberCancelled(member.task.slot, member.member, member.attempt);
  }

  /// A completion that comes late, or twice: it must change nothing.
  void reportAgain() {
    if (ended.isEmpty()) {
      return;
    }
    Member member = ended.stream().filter(Workers::runsAgain).findAny().orElse(dice.pick(ended));
    world.situations.count(Situation.STALE_COMPLETION);
    world.effects = 0;
    if (runsAgain(member)) {
      world.situations.count(Situation.STALE_COMPLETION_OF_EARLIER_ATTEMPT);
    }
    int other = dice.pickOf(0, 100);
    switch (dice.below(3)) {
      case 0 ->
          world.engine.memberCompleted(member.task.slot, member.member, member.attempt + other, 1);
      case 1 ->
          world.engine.memberFailed(
              member.task.slot, member.member, member.attempt, new IllegalStateException("late"));
      default -> reportRunningWithWrongAttempt(member);
    }
    Broken.unless(world.effects == 0, "law 4: a stale completion of %s counts", member);
  }

  private static boolean runsAgain(Member ended) {
    SimAttempts now = ended.task.attempts;
    return now.attempt > ended.attempt && now.runningMembers > 0;
  }

  private void reportRunningWithWrongAttempt(Member member) {
    Member running = world.members.isEmpty() ? member : dice.pick(world.members);
    world.engine.memberCompleted(running.task.slot, running.member, running.attempt + 1, 1);
  }
}

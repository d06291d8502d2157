package io.sluice.sim;

import io.sluice.task.Access;
import io.sluice.task.Task;
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
    return world.members.stream().anyMatch(member -> member.phase == phase);
  }

  private Member pick(Member.Phase phase) {
    return dice.pick(world.members.stream().filter(member -> member.phase == phase).toList());
  }

  void start() {
    Member member = pick(Member.Phase.STAGED);
    world.trace.add("        start %s", member);
    if (member.task.run().stopped && dice.chance(50)) {
      cancel(member);
      return;
    }
    member.phase = Member.Phase.STARTED;
    for (Touch touch : touches(member)) {
      checkOwner(touch);
      if (touch.isFresh() && touch.version.tensor.isZeroed()) {
        world.memory.fill(touch.version.version, touch.box, Memory.ZERO);
      }
      if (touch.access.reads()) {
        touch.first = world.memory.read(touch.version.version, touch.box);
        touch.firstStep = world.step;
      }
    }
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
      if (touch.access == Access.INOUT) {
        touch.second = world.memory.read(touch.version.version, touch.box);
        touch.secondStep = world.step;
      }
      if (touch.access.writes() && task.task.kind() == Task.Kind.CALL) {
        world.memory.write(touch.version.version, touch.box, task.writer(member.member));
      }
    }
  }

  void finish() {
    Member member = pick(Member.Phase.WRITTEN);
    world.trace.add("        finish %s", member);
    for (Touch touch : touches(member)) {
      checkOwner(touch);
      if (touch.access == Access.IN) {
        touch.second = world.memory.read(touch.version.version, touch.box);
        touch.secondStep = world.step;
      }
    }
    if (dice.chance(world.scenario.failurePercent)) {
      fail(member, new IllegalStateException("kernel of " + member.task.name()));
    } else if (member.task.interrupted && dice.chance(50)) {
      world.situations.count(Situation.MEMBER_INTERRUPTED);
      fail(member, new InterruptedException());
    } else {
      end(member);
      world.engine.memberCompleted(member.task.slot, member.member, member.attempt, 1);
    }
  }

  private void end(Member member) {
    world.stopped(member);
    if (ended.size() == REMEMBERED) {
      ended.removeFirst();
    }
    ended.add(member);
  }

  private void fail(Member member, Throwable failure) {
    end(member);
    world.engine.memberFailed(member.task.slot, member.member, member.attempt, failure);
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
    Member member = dice.pick(ended);
    world.situations.count(Situation.STALE_COMPLETION);
    world.effects = 0;
    int other = dice.pickOf(0, 1);
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

  private void reportRunningWithWrongAttempt(Member member) {
    Member running = world.members.isEmpty() ? member : dice.pick(world.members);
    world.engine.memberCompleted(running.task.slot, running.member, running.attempt + 1, 1);
  }
}

package io.sluice.engine;

import io.sluice.error.InvalidTaskException;
import io.sluice.task.Access;
import io.sluice.task.Argument;
import io.sluice.task.Arguments;
import io.sluice.task.Box;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import io.sluice.task.TensorRef;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Predicate;

/// Refuses a task that touches the same bytes twice in ways that no order could make sense of: two
/// writes, or a read and an in-place write, be it in one member or in two.
///
/// `OUT_EXISTING` and `NO_DEP` are not looked at: with them the caller takes the order over. `IN`
/// beside a renaming `OUT` reads one version and writes another.
///
/// Few arguments are compared pair by pair; many go through a [PartIndex] for each tensor.
final class AccessConflicts {
  private static final int MAX_PAIRWISE = 16;

  private final Task task;
  private final Predicate<Tensor> renames;
  private final List<Touch> touches = new ArrayList<>();

  private AccessConflicts(Task task, Predicate<Tensor> renames) {
    this.task = task;
    this.renames = renames;
  }

  /// @param renames whether a whole `OUT` of this tensor makes a new version now
  /// @throws InvalidTaskException if there is a conflict
  static void check(Task task, Predicate<Tensor> renames) {
    if (task.memberCount() == 1 && areFewAndApart(task.member(0))) {
      return;
    }
    AccessConflicts conflicts = new AccessConflicts(task, renames);
    conflicts.collect();
    conflicts.compare();
  }

  /// What most tasks come down to, found without making anything.
  private static boolean areFewAndApart(Arguments arguments) {
    int count = arguments.tensorCount();
    for (int i = 1; i < Math.min(count, MAX_PAIRWISE); i++) {
      for (int j = 0; j < i; j++) {
        if (share(arguments.tensor(i).ref(), arguments.tensor(j).ref())) {
          return false;
        }
      }
    }
    return count <= MAX_PAIRWISE;
  }

  private static boolean share(TensorRef one, TensorRef other) {
    return one.tensor() == other.tensor() && one.box().overlaps(other.box());
  }

  private void collect() {
    for (int member = 0; member < task.memberCount(); member++) {
      Arguments arguments = task.member(member);
      for (int i = 0; i < arguments.tensorCount(); i++) {
        Argument argument = arguments.tensor(i);
        if (argument.access() != Access.OUT_EXISTING && argument.access() != Access.NO_DEP) {
          touches.add(new Touch(member, argument, isRenaming(argument)));
        }
      }
    }
  }

  private boolean isRenaming(Argument argument) {
    return argument.access() == Access.OUT
        && argument.ref().isWhole()
        && renames.test(argument.ref().tensor());
  }

  private void compare() {
    if (touches.size() <= MAX_PAIRWISE) {
      comparePairwise(touches);
      return;
    }
    IdentityHashMap<Tensor, PartIndex<Touch>> byTensor = new IdentityHashMap<>();
    List<Touch> near = new ArrayList<>();
    for (Touch touch : touches) {
      PartIndex<Touch> index =
          byTensor.computeIfAbsent(touch.tensor(), t -> new PartIndex<>(t.shape().rank()));
      near.clear();
      index.collectOverlapping(touch.box(), near);
      near.forEach(other -> compare(other, touch));
      index.add(touch);
    }
  }

  private void comparePairwise(List<Touch> some) {
    for (int i = 1; i < some.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (some.get(j).overlaps(some.get(i))) {
          compare(some.get(j), some.get(i));
        }
      }
    }
  }

  private void compare(Touch one, Touch other) {
    boolean bothWrite = one.writes() && other.writes();
    boolean readBesideRename = one.renaming || other.renaming;
    if (bothWrite || ((one.writes() || other.writes()) && !readBesideRename)) {
      throw new InvalidTaskException(task.name(), sentence(one, other, bothWrite));
    }
  }

  private static String sentence(Touch one, Touch other, boolean bothWrite) {
    String where =
        one.member == other.member
            ? "it names overlapping bytes of " + one.tensor() + " twice"
            : "members %d and %d name overlapping bytes of %s"
                .formatted(one.member, other.member, one.tensor());
    String what =
        " (%s %s and %s %s)".formatted(one.access(), one.box(), other.access(), other.box());
    String remedy =
        bothWrite
            ? "; let one of them write, or use OUT_EXISTING and order them yourself"
            : one.member == other.member
                ? "; use INOUT once instead"
                : "; use OUT_EXISTING or NO_DEP for members that talk to each other";
    return where + what + remedy;
  }

  /// One argument as a part of its tensor.
  private static final class Touch extends Part {
    final int member;
    final Argument argument;
    final boolean renaming;

    Touch(int member, Argument argument, boolean renaming) {
      super(argument.ref().box());
      this.member = member;
      this.argument = argument;
      this.renaming = renaming;
    }

    Tensor tensor() {
      return argument.ref().tensor();
    }

    Access access() {
      return argument.access();
    }

    boolean writes() {
      return argument.access().writes();
    }

    boolean overlaps(Touch other) {
      Box mine = box();
      return tensor() == other.tensor() && mine.overlaps(other.box());
    }
  }
}

package io.sluice.sim;

import io.sluice.task.Access;
import io.sluice.task.Box;

/// One access of a task, or of the result that it yields, to a box of a version.
final class Touch {
  final SimTask task;
  final SimVersion version;
  final Box box;
  final Access access;
  final int member;
  final int argument;

  /// Whether the result holds it, not the task.
  final boolean yielded;

  /// What was read, and in which step; null where nothing was.
  int[] first;

  long firstStep;
  int[] second;
  long secondStep;

  Touch(
      SimTask task,
      SimVersion version,
      Box box,
      Access access,
      int member,
      int argument,
      boolean yielded) {
    this.task = task;
    this.version = version;
    this.box = box;
    this.access = access;
    this.member = member;
    this.argument = argument;
    this.yielded = yielded;
  }

  boolean isFresh() {
    return version.owner == task && access == Access.OUT;
  }

  /// What may be read of it: no more rows than its maker used.
  Box readable() {
    return version.readable(box);
  }

  /// Whether nobody has to wait for it any more.
  boolean isOver() {
    return yielded ? !task.isResultOpen() : task.isSettled();
  }

  boolean overlaps(Touch other) {
    return box.overlaps(other.box);
  }

  /// Whether a task with this access, admitted now, waits for `earlier`.
  boolean waitsFor(Touch earlier) {
    boolean ordered = access == Access.IN || access == Access.OUT || access == Access.INOUT;
    if (!ordered || isFresh() || !overlaps(earlier)) {
      return false;
    }
    boolean earlierReads = earlier.yielded || earlier.access.reads();
    boolean earlierWrites = !earlier.yielded && earlier.access.writes();
    return earlierWrites || (access.writes() && earlierReads);
  }

  @Override
  public String toString() {
    return (yielded ? "YIELD" : access) + " " + version + box;
  }
}

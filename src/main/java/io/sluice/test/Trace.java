package io.sluice.test;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Collectors;

/// What has happened in a schedule: the last steps for a reader, and the order of all kernels as a
/// number.
final class Trace {
  private static final int LAST_STEPS = 40;

  private final Deque<Step> last = new ArrayDeque<>(LAST_STEPS);
  private long stepCount;
  private long order = 1;

  /// @param what its text is made when it is wanted
  void add(String kind, Object what) {
    if (last.size() == LAST_STEPS) {
      last.removeFirst();
    }
    last.add(new Step(++stepCount, kind, what));
  }

  /// A kernel began or ended.
  void addKernel(String kind, RunningMember member) {
    add(kind, member);
    order = (order * 31 + kind.hashCode()) * 31 + member.name().hashCode() + member.memberIndex();
  }

  long stepCount() {
    return stepCount;
  }

  /// The same for the same order of kernels, and hardly for another one.
  long order() {
    return order;
  }

  @Override
  public String toString() {
    return last.stream().map(Step::toString).collect(Collectors.joining("\n"));
  }

  private record Step(long number, String kind, Object what) {
    @Override
    public String toString() {
      return "  %d. %s %s".formatted(number, kind, what).stripTrailing();
    }
  }
}

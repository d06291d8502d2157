package io.sluice.sim;

/// A member of a task on a worker: it starts, writes, ends.
final class Member {
  /// How far it is.
  enum Phase {
    STAGED,
    STARTED,
    WRITTEN
  }

  final SimTask task;
  final int member;
  final int worker;
  final int attempt;
  Phase phase = Phase.STAGED;

  /// Whether it hangs until somebody lets it go.
  boolean stuck;

  /// Whether the engine asked for another thread on its worker, and whether there is one.
  boolean replacementWanted;

  boolean replaced;

  Member(SimTask task, int member, int worker) {
    this.task = task;
    this.member = member;
    this.worker = worker;
    this.attempt = task.slot.attempt();
  }

  boolean isOnSameWorker(Member other) {
    return worker == other.worker && task.slot.poolIndex() == other.task.slot.poolIndex();
  }

  @Override
  public String toString() {
    return task.name() + "." + member + " on worker " + worker;
  }
}

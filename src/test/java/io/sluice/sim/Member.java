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

  Member(SimTask task, int member, int worker) {
    this.task = task;
    this.member = member;
    this.worker = worker;
    this.attempt = task.slot.attempt();
  }

  @Override
  public String toString() {
    return task.name() + "." + member + " on worker " + worker;
  }
}

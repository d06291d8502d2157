package io.sluice.task;

/// The name of an admitted task: unique in its runtime, ordered by admission.
///
/// @param epoch how many drains have reset the runtime before
/// @param sequence place in the order of admission of this epoch, from 0
public record TaskId(long epoch, long sequence) implements Comparable<TaskId> {
  /// By epoch, then by sequence.
  @Override
  public int compareTo(TaskId other) {
    int byEpoch = Long.compare(epoch, other.epoch);
    return byEpoch != 0 ? byEpoch : Long.compare(sequence, other.sequence);
  }

  /// Epoch and sequence, such as `0:17`.
  @Override
  public String toString() {
    return epoch + ":" + sequence;
  }
}

package io.sluice.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a slot keeps for each member where there are several.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class GroupMembers {
  /// The worker of each, by index in the pool.
  final int[] workers;

  /// What the shell keeps for each.
  final @Nullable Object[] attachments;

  GroupMembers(int count) {
    this.workers = new int[count];
    this.attachments = new @Nullable Object[count];
    Arrays.fill(workers, Slot.NO_WORKER);
  }
}

package io.sluice.engine;

import io.sluice.error.TensorUnavailableException;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import org.jspecify.annotations.Nullable;

/// One storage of a tensor: a slab, or part of one, or the segment of a user-owned tensor; with the
/// records of who reads and writes which part of it.
///
/// **Confinement.** Its records belong to the scheduler's drain loop. What a worker needs, tensor and
/// offset, is final.
///
/// **Bound.** Records are kept of accesses that still wait or execute, and of poisoned parts.
public final class Version {
  final Tensor tensor;

  /// The task whose slab it is; null for a user-owned tensor, for one that a refused task would have
  /// made, and once the task is consumed: a tensor that is kept must not keep all that came before.
  @Nullable Slot owner;

  /// Where it starts, from the heap's base or, for a user-owned tensor, from its segment's.
  final long offsetBytes;

  /// Whether a whole `OUT` writes it in place instead of making another version.
  final boolean inPlace;

  final PartIndex<AccessPart> writers;

  /// Writers by `OUT_EXISTING`, which may overlap each other and the others; null where there never
  /// was one.
  @Nullable PartIndex<AccessPart> joinedWriters;

  final PartIndex<AccessPart> readers;

  /// Why the task that was to make it was refused.
  @Nullable Throwable refusal;

  /// How many rows its maker has used; the tensor's, but for one whose rows are a maximum, once its maker
  /// has completed.
  private long rows;

  /// Whether a claim that waits may have to be looked at again when this is no longer to be had.
  boolean watched;

  boolean lastUseDeclared;
  boolean superseded;

  Version(Tensor tensor, @Nullable Slot owner, long offsetBytes, boolean inPlace) {
    this.tensor = tensor;
    this.owner = owner;
    this.offsetBytes = offsetBytes;
    this.inPlace = inPlace;
    this.rows = tensor.shape().extent(0);
    this.writers = new PartIndex<>(tensor.shape().rank());
    this.readers = new PartIndex<>(tensor.shape().rank());
  }

  public Tensor tensor() {
    return tensor;
  }

  public long offsetBytes() {
    return offsetBytes;
  }

  /// How many elements there are along the first axis.
  public long rows() {
    return rows;
  }

  void setRows(long newRows) {
    rows = newRows;
  }

  /// Bytes from [#offsetBytes] that may be touched.
  long usedBytes() {
    return tensor.byteSize() / tensor.shape().extent(0) * rows;
  }

  PartIndex<AccessPart> joinedWriters() {
    PartIndex<AccessPart> joined = joinedWriters;
    if (joined == null) {
      joined = new PartIndex<>(tensor.shape().rank());
      joinedWriters = joined;
    }
    return joined;
  }

  /// Why it may not be touched at this place in the order; null if it may.
  TensorUnavailableException.@Nullable Reason unavailableBecause() {
    if (tensor instanceof UserTensor user) {
      return user.isClosed() ? TensorUnavailableException.Reason.CLOSED : null;
    }
    if (lastUseDeclared) {
      return TensorUnavailableException.Reason.LAST_USE;
    }
    return owner == null || owner.scopeEnded ? TensorUnavailableException.Reason.SCOPE_ENDED : null;
  }
}

package io.sluice.engine;

import io.sluice.error.TensorUnavailableException;
import io.sluice.task.Box;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One storage of a tensor: a slab, or part of one, or the segment of a user-owned tensor; with the
/// records of who reads and writes which part of it.
///
/// **Confinement.** Its records belong to the scheduler's drain loop. What a worker needs, tensor and
/// offset, is final.
///
/// **Bound.** Records are kept of accesses that still wait or execute, and of poisoned parts.
public final class Version implements TensorRecord {
  final Tensor tensor;

  /// The task whose slab it is; null for a user-owned tensor, for one that a refused task would have
  /// made, and once the task is consumed: a tensor that is kept must not keep all that came before.
  @Nullable Slot owner;

  /// When it was made; of no meaning for a user-owned tensor.
  final Epoch epoch;

  /// Where it starts, from the heap's base or, for a user-owned tensor, from its segment's.
  final long offsetBytes;

  /// Whether a whole `OUT` writes it in place instead of making another version.
  final boolean inPlace;

  private @Nullable Parts<AccessPart> writers;
  private @Nullable Parts<AccessPart> readers;
  private @Nullable VersionExtras extras;

  /// Whether a claim that waits may have to be looked at again when this is no longer to be had.
  boolean watched;

  boolean lastUseDeclared;
  boolean superseded;

  Version(Tensor tensor, @Nullable Slot owner, Epoch epoch, long offsetBytes, boolean inPlace) {
    this.tensor = tensor;
    this.owner = owner;
    this.epoch = epoch;
    this.offsetBytes = offsetBytes;
    this.inPlace = inPlace;
  }

  @Override
  public Core engine() {
    return epoch.engine;
  }

  public Tensor tensor() {
    return tensor;
  }

  public long offsetBytes() {
    return offsetBytes;
  }

  /// How many elements there are along the first axis: the tensor's, but for one whose rows are a maximum, once
  /// its maker has completed.
  public long rows() {
    return extras == null || extras.rows < 0 ? tensor.shape().extent(0) : extras.rows;
  }

  void setRows(long newRows) {
    if (newRows != rows()) {
      extras().rows = newRows;
    }
  }

  /// Bytes from [#offsetBytes] that may be touched.
  long usedBytes() {
    return tensor.byteSize() / tensor.shape().extent(0) * rows();
  }

  private VersionExtras extras() {
    VersionExtras known = extras;
    if (known == null) {
      known = new VersionExtras();
      extras = known;
    }
    return known;
  }

  /// Why the task that was to make it was refused; null if none was.
  @Nullable Throwable refusal() {
    return extras == null ? null : extras.refusal;
  }

  void refuse(Throwable cause) {
    extras().refusal = cause;
  }

  /// The records of a layer; null if there are none.
  @Nullable Parts<AccessPart> parts(Layer layer) {
    return switch (layer) {
      case WRITERS -> writers;
      case READERS -> readers;
      case JOINED_WRITERS -> extras == null ? null : extras.joinedWriters;
    };
  }

  private void setParts(Layer layer, @Nullable Parts<AccessPart> parts) {
    switch (layer) {
      case WRITERS -> writers = parts;
      case READERS -> readers = parts;
      case JOINED_WRITERS -> extras().joinedWriters = parts;
    }
  }

  /// How many records a layer has.
  int count(Layer layer) {
    Parts<AccessPart> parts = parts(layer);
    return parts == null ? 0 : parts.size();
  }

  /// Adds to a list each record of a layer whose box shares an element with `query`.
  void collect(Layer layer, Box query, List<AccessPart> into) {
    Parts<AccessPart> parts = parts(layer);
    if (parts != null) {
      parts.collectOverlapping(query, into);
    }
  }

  /// Adds a record to a layer.
  ///
  /// @throws IllegalStateException if it is in one: a bug
  void add(Layer layer, AccessPart part) {
    Parts<AccessPart> present = parts(layer);
    if (present instanceof PartIndex<AccessPart> index) {
      index.add(part);
      return;
    }
    part.checkFree();
    if (present instanceof AccessPart only) {
      setParts(layer, indexOf(only, part));
    } else {
      part.index = part;
      setParts(layer, part);
    }
  }

  private static PartIndex<AccessPart> indexOf(AccessPart only, AccessPart another) {
    PartIndex<AccessPart> index = new PartIndex<>(only.box().rank());
    only.index = null;
    index.add(only);
    index.add(another);
    return index;
  }

  /// Takes a record out of the layer that it is in, and tells which that was.
  ///
  /// @throws IllegalStateException if it is in none of them: a bug
  Layer remove(AccessPart part) {
    Layer layer = layerOf(part);
    if (parts(layer) instanceof PartIndex<AccessPart> index) {
      index.remove(part);
    } else {
      part.index = null;
      setParts(layer, null);
    }
    return layer;
  }

  /// The layer that a record is in.
  ///
  /// @throws IllegalStateException if it is in none of them: a bug
  Layer layerOf(AccessPart part) {
    Parts<?> index = part.index;
    if (index != null && index == readers) {
      return Layer.READERS;
    }
    if (index != null && index == writers) {
      return Layer.WRITERS;
    }
    if (index == null || index != parts(Layer.JOINED_WRITERS)) {
      throw new IllegalStateException(
          "part %s of %s is in no layer of it; this is a bug in Sluice"
              .formatted(part.box(), tensor));
    }
    return Layer.JOINED_WRITERS;
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

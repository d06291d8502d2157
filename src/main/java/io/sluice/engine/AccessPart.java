package io.sluice.engine;

import io.sluice.task.Box;
import org.jspecify.annotations.Nullable;

/// The record of one live access in the tensor map: who reads or writes which box of a version.
///
/// When the writer fails, the record outlives it as *poison*: no node any more, but the cause.
final class AccessPart extends Part {
  final Version version;

  /// Place in the order of admission, over all epochs.
  final long order;

  /// The reader or writer; null once there is only poison left.
  @Nullable Node node;

  /// Why the bytes are not fit to be read.
  @Nullable Throwable poison;

  /// Whether a later `OUT_EXISTING` has completed over it: it is waited for, but poisons nobody.
  boolean shielded;

  /// The next record of the same node.
  @Nullable AccessPart nextOfNode;

  AccessPart(Version version, Box box, long order, @Nullable Node node) {
    super(box);
    this.version = version;
    this.order = order;
    this.node = node;
  }

  /// A record of a smaller box that is otherwise the same.
  AccessPart pieceOf(Box box) {
    AccessPart piece = new AccessPart(version, box, order, node);
    piece.poison = poison;
    piece.shielded = shielded;
    return piece;
  }
}

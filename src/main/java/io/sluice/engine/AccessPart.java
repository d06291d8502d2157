package io.sluice.engine;

import io.sluice.task.Box;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The record of one live access in the tensor map: who reads or writes which box of a version.
///
/// When the writer fails, the record outlives it as [Poison]. As long as it is the only one of its [Layer], it
/// is its own index.
final class AccessPart extends Part implements Parts<AccessPart> {
  final Version version;

  /// The reader or writer, or what it left.
  Node node;

  /// Whether a later `OUT_EXISTING` has completed over it: it is waited for, but poisons nobody.
  boolean shielded;

  /// The next record of the same node.
  @Nullable AccessPart nextOfNode;

  AccessPart(Version version, Box box, Node node) {
    super(box);
    this.version = version;
    this.node = node;
  }

  /// A record of a smaller box that is otherwise the same.
  AccessPart pieceOf(Box box) {
    AccessPart piece = new AccessPart(version, box, node);
    piece.shielded = shielded;
    return piece;
  }

  /// Place in the order of admission, over all epochs.
  long order() {
    return node.order();
  }

  /// Whether neither a task nor an open result is behind it any more.
  boolean isPoison() {
    return node instanceof Poison;
  }

  @Override
  public int size() {
    return 1;
  }

  @Override
  public void collectOverlapping(Box query, List<? super AccessPart> into) {
    if (box().overlaps(query)) {
      into.add(this);
    }
  }
}

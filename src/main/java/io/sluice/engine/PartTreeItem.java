package io.sluice.engine;

import org.jspecify.annotations.Nullable;

/// What a [PartTreeNode] holds in one slot: a [Part] in a leaf, a node elsewhere.
///
/// The back pointer makes removal cost one walk to the root, without a search.
abstract class PartTreeItem {

  /// The node that holds this; `null` for the root and for a part that is in no tree.
  @Nullable PartTreeNode parent;

  /// The slot in [#parent], or a part's place in the array of its [PartIndex].
  byte slot;
}

package io.sluice.engine;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One node of a [PartTree]: up to [#MAX_ITEMS] items and the box of each.
///
/// The box in a slot is a part's own box, or the smallest box around all that lies below a node.
/// There is room for one item too many, which stays until the node is split.
final class PartTreeNode extends PartTreeItem {

  static final int MAX_ITEMS = 16;

  /// How far it is to the leaves, which have level 0 and hold parts.
  final int level;

  final BoxArray boxes;

  private final @Nullable PartTreeItem[] items = new PartTreeItem[MAX_ITEMS + 1];
  private int size;

  PartTreeNode(int rank, int level) {
    this.level = level;
    this.boxes = new BoxArray(rank, MAX_ITEMS + 1);
  }

  boolean isLeaf() {
    return level == 0;
  }

  int size() {
    return size;
  }

  PartTreeItem item(int slot) {
    return Objects.requireNonNull(items[slot]);
  }

  /// The part in a slot of a leaf.
  Part part(int slot) {
    return (Part) item(slot);
  }

  /// The node in a slot of a node that is not a leaf.
  PartTreeNode child(int slot) {
    return (PartTreeNode) item(slot);
  }

  /// Adds an item with the box that `source` has in `sourceSlot`.
  void add(PartTreeItem item, BoxArray source, int sourceSlot) {
    boxes.set(size, source, sourceSlot);
    put(size++, item);
  }

  /// Adds a node with the box around its items.
  void add(PartTreeNode child) {
    child.surround(boxes, size);
    put(size++, child);
  }

  /// Empties a slot; the last item takes its place. The item removed keeps its back pointer.
  void remove(int slot) {
    size--;
    if (slot < size) {
      boxes.set(slot, boxes, size);
      put(slot, item(size));
    }
    items[size] = null;
  }

  private void put(int slot, PartTreeItem item) {
    items[slot] = item;
    item.parent = this;
    item.slot = (byte) slot;
  }

  /// Writes the smallest box around all items.
  void surround(BoxArray target, int targetSlot) {
    target.set(targetSlot, boxes, 0);
    for (int slot = 1; slot < size; slot++) {
      target.include(targetSlot, boxes, slot);
    }
  }

  /// The slot whose box has to grow least to include `added`, as [BoxArray#reach] measures it; of
  /// several, the smallest box; of several, the first.
  int slotFor(BoxArray added) {
    return boxes.leastGrown(size, added);
  }
}

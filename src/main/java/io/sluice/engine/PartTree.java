package io.sluice.engine;

import io.sluice.task.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An R-tree (Guttman 1984) of parts by their boxes.
///
/// All leaves are equally deep. Each slot's box is exactly the box around what lies below, also
/// after a removal. A node that is split follows [PartTreeSplit]; a node that has lost too many
/// items is dissolved and what it still held is inserted again, which keeps the tree as good as a
/// fresh one however long parts come and go. Recursion is as deep as the tree.
///
/// **Bound.** Every node but the root holds [#MIN_ITEMS] to [PartTreeNode#MAX_ITEMS] items, so there are
/// at most half as many nodes as parts, after millions of changes about a fifth, and the height is logarithmic.
///
/// **Confinement.** Owned by the [PartIndex]; deterministic.
final class PartTree {

  /// A node with fewer items is dissolved. As few as keep the tree in proportion: most parts leave in the
  /// order in which they came, so that whole nodes empty, and what is inserted again on the way is
  /// inserted for nothing.
  static final int MIN_ITEMS = 3;

  private final int rank;

  /// The box that is being inserted or looked for.
  private final BoxArray wanted;

  /// A box to compare with.
  private final BoxArray tightened;

  private final List<PartTreeNode> dissolved = new ArrayList<>();
  private @Nullable PartTreeSplit split;
  private PartTreeNode root;
  private long visits;

  PartTree(int rank) {
    this.rank = rank;
    this.wanted = new BoxArray(rank, 1);
    this.tightened = new BoxArray(rank, 1);
    this.root = new PartTreeNode(rank, 0);
  }

  PartTreeNode root() {
    return root;
  }

  /// The nodes that queries have looked at so far.
  long visits() {
    return visits;
  }

  void collectOverlapping(Box box, List<? super Part> into) {
    wanted.set(0, box);
    collect(root, into);
  }

  private void collect(PartTreeNode node, List<? super Part> into) {
    visits++;
    int hits = node.boxes.overlapping(node.size(), wanted);
    for (int left = hits; left != 0; left &= left - 1) {
      int slot = Integer.numberOfTrailingZeros(left);
      if (node.isLeaf()) {
        into.add(node.part(slot));
      } else {
        collect(node.child(slot), into);
      }
    }
  }

  void add(Part part) {
    wanted.set(0, part.box());
    insert(part, 0);
  }

  /// Inserts an item with the wanted box into a node of the given level.
  private void insert(PartTreeItem item, int level) {
    PartTreeNode node = root;
    while (node.level > level) {
      int slot = node.slotFor(wanted);
      node.boxes.include(slot, wanted, 0);
      node = node.child(slot);
    }
    node.add(item, wanted, 0);
    splitUpwards(node);
  }

  private void splitUpwards(PartTreeNode full) {
    PartTreeNode node = full;
    while (node.size() > PartTreeNode.MAX_ITEMS) {
      PartTreeNode sibling = split(node);
      PartTreeNode parent = node.parent == null ? growRoot() : node.parent;
      node.surround(parent.boxes, node.slot);
      parent.add(sibling);
      node = parent;
    }
  }

  private PartTreeNode split(PartTreeNode node) {
    PartTreeNode sibling = new PartTreeNode(rank, node.level);
    int moves = splitter().moves(node, wanted);
    for (int slot = node.size() - 1; slot >= 0; slot--) {
      if ((moves >> slot & 1) != 0) {
        PartTreeItem item = node.item(slot);
        sibling.add(item, node.boxes, slot);
        node.remove(slot);
      }
    }
    return sibling;
  }

  private PartTreeSplit splitter() {
    if (split == null) {
      split = new PartTreeSplit(rank);
    }
    return split;
  }

  private PartTreeNode growRoot() {
    PartTreeNode above = new PartTreeNode(rank, root.level + 1);
    above.add(root);
    root = above;
    return above;
  }

  /// Removes a part that is in this tree.
  void remove(PartTreeNode leaf, Part part) {
    leaf.remove(part.slot);
    part.parent = null;
    condense(leaf);
    if (!dissolved.isEmpty()) {
      insertDissolved();
    }
    shrinkRoot();
  }

  /// Repairs the nodes from one that lost an item up to the root.
  private void condense(PartTreeNode changed) {
    PartTreeNode node = changed;
    PartTreeNode parent = node.parent;
    while (parent != null && condense(node, parent)) {
      node = parent;
      parent = node.parent;
    }
  }

  /// Dissolves a node or tightens its box, and says whether this changed the parent.
  private boolean condense(PartTreeNode node, PartTreeNode parent) {
    if (node.size() < MIN_ITEMS) {
      parent.remove(node.slot);
      dissolved.add(node);
      return true;
    }
    node.surround(tightened, 0);
    if (parent.boxes.isSame(node.slot, tightened, 0)) {
      return false;
    }
    parent.boxes.set(node.slot, tightened, 0);
    return true;
  }

  /// Subtrees first, so that parts find the leaves that suit them.
  private void insertDissolved() {
    for (PartTreeNode node : dissolved.reversed()) {
      for (int slot = 0; slot < node.size(); slot++) {
        wanted.set(0, node.boxes, slot);
        insert(node.item(slot), node.level);
      }
    }
    dissolved.clear();
  }

  private void shrinkRoot() {
    while (!root.isLeaf() && root.size() == 1) {
      PartTreeNode only = root.child(0);
      only.parent = null;
      root = only;
    }
  }

  /// Takes the tree apart and hands over each part; the tree must not be used again.
  void dismantle(Consumer<? super Part> released) {
    dismantle(root, released);
  }

  private static void dismantle(PartTreeNode node, Consumer<? super Part> released) {
    for (int slot = 0; slot < node.size(); slot++) {
      if (node.isLeaf()) {
        Part part = node.part(slot);
        part.parent = null;
        released.accept(part);
      } else {
        dismantle(node.child(slot), released);
      }
    }
  }
}

package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

/// What one walk over a [PartTree] found, after it checked each node.
///
/// Each slot's box is exactly the box around what lies below; all leaves are equally deep; no node
/// is empty, too full or too empty; back pointers lead back.
record PartTreeStructure(int parts, int nodes, int levels) {

  static PartTreeStructure of(PartTree tree) {
    PartTreeNode root = tree.root();
    assertThat(root.parent).as("the root has no parent").isNull();
    if (!root.isLeaf()) {
      assertThat(root.size()).as("a root that is no leaf has several items").isGreaterThan(1);
    }
    return new PartTreeStructure(parts(root), nodes(root), root.level + 1);
  }

  private static int parts(PartTreeNode node) {
    assertThat(node.size()).isLessThanOrEqualTo(PartTreeNode.MAX_ITEMS);
    int parts = 0;
    for (int slot = 0; slot < node.size(); slot++) {
      PartTreeItem item = node.item(slot);
      assertThat(item.parent).isSameAs(node);
      assertThat((int) item.slot).isEqualTo(slot);
      parts += node.isLeaf() ? checkPart(node, slot) : checkChild(node, slot);
    }
    return parts;
  }

  private static int checkPart(PartTreeNode leaf, int slot) {
    BoxArray own = new BoxArray(leaf.boxes.rank(), 1);
    own.set(0, leaf.part(slot).box());
    assertThat(leaf.boxes.isSame(slot, own, 0)).as("a part's own box").isTrue();
    return 1;
  }

  private static int checkChild(PartTreeNode node, int slot) {
    PartTreeNode child = node.child(slot);
    assertThat(child.level).isEqualTo(node.level - 1);
    assertThat(child.size()).isGreaterThanOrEqualTo(PartTree.MIN_ITEMS);
    BoxArray around = new BoxArray(node.boxes.rank(), 1);
    child.surround(around, 0);
    assertThat(node.boxes.isSame(slot, around, 0)).as("the box around the items").isTrue();
    return parts(child);
  }

  private static int nodes(PartTreeNode node) {
    int nodes = 1;
    for (int slot = 0; !node.isLeaf() && slot < node.size(); slot++) {
      nodes += nodes(node.child(slot));
    }
    return nodes;
  }
}

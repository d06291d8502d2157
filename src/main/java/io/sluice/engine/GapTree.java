package io.sluice.engine;

import static io.sluice.engine.HeapSpace.ALIGNMENT_BYTES;

/// The live slabs in the order of their addresses, each with the free gap behind it.
///
/// An AVL tree in which every node also knows the largest gap below it, so that the lowest gap that
/// suffices is found in one descent (the gap-augmented tree with which the Linux kernel places
/// mappings; M. Lespinasse, 2012). The [#BASE] stands for a slab that ends where the heap begins:
/// the first free run is its gap.
///
/// ```
///   BASE            slab 1          slab 2
///   |  | gap ...... |########| gap  |####|####|  gap 0 between neighbours
///      0
/// ```
///
/// **Bound.** At most 1.44 log2(n) levels. Nodes are dense indices into the columns of a
/// [SlabTable]: a removal moves the last node into the hole, so an index is valid until the next
/// insertion or removal only.
final class GapTree {

  /// No node.
  static final int NIL = SlabTable.NIL;

  private static final int BASE = 1;
  private static final int NO_CLAIM = 0;

  private final SlabTable table;
  private int root;

  GapTree(long capacityBytes) {
    table = new SlabTable(capacityBytes);
    root = table.add(NO_CLAIM, 0, ALIGNMENT_BYTES, capacityBytes);
    var _ = refresh(root);
  }

  /// The number that the claim of a slab was given.
  int claim(int node) {
    return table.claim[node];
  }

  long offsetBytes(int node) {
    return table.placeBytes.get(node) - ALIGNMENT_BYTES;
  }

  long bytes(int node) {
    return table.bytes.get(node);
  }

  long endBytes(int node) {
    return offsetBytes(node) + table.bytes.get(node);
  }

  /// Levels, the base's included.
  int height() {
    return table.height[root];
  }

  /// How many nodes there is room for now.
  int room() {
    return table.room();
  }

  long largestGapBytes() {
    return table.largestGapBytes.get(root);
  }

  /// The node of the lowest gap of at least `bytes`. There must be one.
  int firstWithGap(long bytes) {
    int node = root;
    while (true) {
      if (table.largestGapBytes.get(table.left[node]) >= bytes) {
        node = table.left[node];
      } else if (table.gapBytes.get(node) >= bytes) {
        return node;
      } else {
        node = table.right[node];
      }
    }
  }

  /// The slab that starts at `offsetBytes`, or [#NIL].
  int find(long offsetBytes) {
    long placeBytes = offsetBytes + ALIGNMENT_BYTES;
    int node = root;
    while (node != NIL && table.placeBytes.get(node) != placeBytes) {
      node = placeBytes < table.placeBytes.get(node) ? table.left[node] : table.right[node];
    }
    return node;
  }

  /// The slab with the lowest address, or [#NIL].
  int first() {
    return next(BASE);
  }

  /// The slab behind `node`, or [#NIL].
  int next(int node) {
    if (table.right[node] != NIL) {
      return leftmost(table.right[node]);
    }
    int child = node;
    int parent = table.parent[child];
    while (parent != NIL && table.right[parent] == child) {
      child = parent;
      parent = table.parent[child];
    }
    return parent;
  }

  private int leftmost(int node) {
    int lowest = node;
    while (table.left[lowest] != NIL) {
      lowest = table.left[lowest];
    }
    return lowest;
  }

  /// The slab before `node`, or the base. A slab always has one.
  private int previous(int node) {
    if (table.left[node] != NIL) {
      return rightmost(table.left[node]);
    }
    int child = node;
    int parent = table.parent[child];
    while (table.left[parent] == child) {
      child = parent;
      parent = table.parent[child];
    }
    return parent;
  }

  private int rightmost(int node) {
    int highest = node;
    while (table.right[highest] != NIL) {
      highest = table.right[highest];
    }
    return highest;
  }

  /// Puts a slab at the start of the gap behind `before`, which must suffice.
  void insertBehind(int before, int claim, long bytes) {
    long gapLeftBytes = table.gapBytes.get(before) - bytes;
    int node = table.add(claim, endBytes(before) + ALIGNMENT_BYTES, bytes, gapLeftBytes);
    table.gapBytes.set(before, 0);
    if (table.right[before] == NIL) {
      table.linkRight(before, node);
    } else {
      table.linkLeft(leftmost(table.right[before]), node);
    }
    retraceFrom(node);
    retraceFrom(before);
  }

  /// Takes a slab out. Its bytes and the gap behind it join the gap before it.
  void remove(int node) {
    growGap(previous(node), table.bytes.get(node) + table.gapBytes.get(node));
    if (table.left[node] == NIL || table.right[node] == NIL) {
      unlink(node);
      forget(node);
    } else {
      int next = leftmost(table.right[node]);
      table.copySlab(next, node);
      unlink(next);
      retraceFrom(node);
      forget(next);
    }
  }

  /// Shortens a slab. The bytes cut off join the gap behind it.
  void cut(int node, long keptBytes) {
    long cutBytes = table.bytes.get(node) - keptBytes;
    table.bytes.set(node, keptBytes);
    growGap(node, cutBytes);
  }

  private void growGap(int node, long bytes) {
    table.gapBytes.set(node, table.gapBytes.get(node) + bytes);
    retraceFrom(node);
  }

  /// Takes a node with at most one child out of the tree.
  private void unlink(int node) {
    int parent = table.parent[node];
    int child = table.left[node] != NIL ? table.left[node] : table.right[node];
    replaceChild(parent, node, child);
    retraceFrom(parent);
  }

  /// Takes an unlinked node out of the table.
  private void forget(int node) {
    if (root == table.last()) {
      root = node;
    }
    table.removeUnlinked(node);
  }

  /// Restores heights, balance and largest gaps from `node` on upwards, as far as anything changes.
  private void retraceFrom(int node) {
    int above = node;
    while (above != NIL) {
      int lean = lean(above);
      if (lean > 1) {
        above = rotatedRight(above);
      } else if (lean < -1) {
        above = rotatedLeft(above);
      } else if (!refresh(above)) {
        return;
      }
      above = table.parent[above];
    }
  }

  /// By how many levels the left subtree is higher than the right: between -1 and 1 at rest.
  int lean(int node) {
    return table.height[table.left[node]] - table.height[table.right[node]];
  }

  private int rotatedRight(int node) {
    if (lean(table.left[node]) < 0) {
      raiseRight(table.left[node]);
    }
    return raiseLeft(node);
  }

  private int rotatedLeft(int node) {
    if (lean(table.right[node]) > 0) {
      raiseLeft(table.right[node]);
    }
    return raiseRight(node);
  }

  /// Rotates to the right; its mirror image is [#raiseRight].
  ///
  /// ```
  ///       node          child
  ///      /    \         /   \
  ///   child    c  →    a    node
  ///   /   \                 /  \
  ///  a     b               b    c
  /// ```
  private int raiseLeft(int node) {
    int child = table.left[node];
    replaceChild(table.parent[node], node, child);
    table.linkLeft(node, table.right[child]);
    table.linkRight(child, node);
    var _ = refresh(node);
    var _ = refresh(child);
    return child;
  }

  private int raiseRight(int node) {
    int child = table.right[node];
    replaceChild(table.parent[node], node, child);
    table.linkRight(node, table.left[child]);
    table.linkLeft(child, node);
    var _ = refresh(node);
    var _ = refresh(child);
    return child;
  }

  private void replaceChild(int parent, int child, int newChild) {
    if (parent == NIL) {
      root = newChild;
      table.parent[newChild] = NIL;
    } else if (table.left[parent] == child) {
      table.linkLeft(parent, newChild);
    } else {
      table.linkRight(parent, newChild);
    }
  }

  /// Whether what the nodes above go by has changed.
  private boolean refresh(int node) {
    int left = table.left[node];
    int right = table.right[node];
    byte height = (byte) (1 + Math.max(table.height[left], table.height[right]));
    long largestGapBytes =
        Math.max(
            table.gapBytes.get(node),
            Math.max(table.largestGapBytes.get(left), table.largestGapBytes.get(right)));
    boolean changes =
        height != table.height[node] || largestGapBytes != table.largestGapBytes.get(node);
    table.height[node] = height;
    table.largestGapBytes.set(node, largestGapBytes);
    return changes;
  }
}

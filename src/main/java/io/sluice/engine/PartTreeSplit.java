package io.sluice.engine;

/// Chooses how the items of a full [PartTreeNode] are shared between two nodes.
///
/// As in the R*-tree (Beckmann, Kriegel, Schneider, Seeger 1990) the items are ordered along each
/// axis, once by where they start and once by where they end, and each order is cut in each place
/// that leaves both nodes well filled. The best cut is the one after which a query looks at the
/// fewest items: the sum over both nodes of their items times the places from which a query reaches
/// them (the model of Kamel and Faloutsos 1993), for queries as large as the box just added. In one
/// number this is what the R*-tree asks in three (margin, overlap, area), and it does not depend on
/// how long an axis is. Without the numbers of items, queries for boxes of rank 8 visited a quarter
/// more nodes after a churn; for matrices it made no difference.
///
/// Scratch memory of one [PartTree], so that a split allocates nothing but the new node.
final class PartTreeSplit {

  /// The fewest items in either node after a split.
  static final int MIN_ITEMS = 6;

  private static final int ITEMS = PartTreeNode.MAX_ITEMS + 1;

  private final int[] order = new int[ITEMS];
  private final long[] keys = new long[ITEMS];
  private final BoxArray before;
  private final BoxArray after;

  private int bestMoves;
  private double bestCost;

  PartTreeSplit(int rank) {
    this.before = new BoxArray(rank, ITEMS);
    this.after = new BoxArray(rank, ITEMS);
  }

  /// Chooses the slots whose items leave a node that has one item too many: a bit a slot.
  int moves(PartTreeNode node, BoxArray query) {
    restart();
    for (int axis = 0; axis < node.boxes.rank(); axis++) {
      orderByStart(node.boxes, axis);
      weighCuts(node.boxes, query);
      if (orderByEnd(node.boxes, axis)) {
        weighCuts(node.boxes, query);
      }
    }
    return bestMoves;
  }

  private void restart() {
    bestMoves = 0;
    bestCost = Double.POSITIVE_INFINITY;
    for (int slot = 0; slot < ITEMS; slot++) {
      order[slot] = slot;
    }
  }

  private void orderByStart(BoxArray boxes, int axis) {
    for (int slot = 0; slot < ITEMS; slot++) {
      keys[slot] = boxes.from(slot, axis);
    }
    sort();
  }

  private boolean orderByEnd(BoxArray boxes, int axis) {
    for (int slot = 0; slot < ITEMS; slot++) {
      keys[slot] = boxes.to(slot, axis);
    }
    return sort();
  }

  /// Sorts the order by the keys, stable, and says whether it changed.
  private boolean sort() {
    boolean changed = false;
    for (int i = 1; i < ITEMS; i++) {
      int slot = order[i];
      int at = i;
      while (at > 0 && keys[order[at - 1]] > keys[slot]) {
        order[at] = order[at - 1];
        at--;
        changed = true;
      }
      order[at] = slot;
    }
    return changed;
  }

  private void weighCuts(BoxArray boxes, BoxArray query) {
    surroundBoth(boxes);
    int moves = 0;
    for (int kept = ITEMS - 1; kept >= MIN_ITEMS; kept--) {
      moves |= 1 << order[kept];
      if (ITEMS - kept >= MIN_ITEMS) {
        weighCut(kept, moves, query);
      }
    }
  }

  /// Surrounds the items up to each place in the order, and those from each place on.
  private void surroundBoth(BoxArray boxes) {
    before.set(0, boxes, order[0]);
    after.set(ITEMS - 1, boxes, order[ITEMS - 1]);
    for (int i = 1; i < ITEMS; i++) {
      before.set(i, before, i - 1);
      before.include(i, boxes, order[i]);
      after.set(ITEMS - 1 - i, after, ITEMS - i);
      after.include(ITEMS - 1 - i, boxes, order[ITEMS - 1 - i]);
    }
  }

  private void weighCut(int kept, int moves, BoxArray query) {
    double cost = kept * before.reach(kept - 1, query) + (ITEMS - kept) * after.reach(kept, query);
    if (cost < bestCost) {
      bestCost = cost;
      bestMoves = moves;
    }
  }
}

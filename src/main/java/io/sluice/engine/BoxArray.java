package io.sluice.engine;

import io.sluice.task.Box;

/// A fixed number of boxes of one rank, side by side in one array of primitives.
///
/// ```
///   slot 0                           slot 1
///   | from0 to0 from1 to1 ... fromR toR | from0 to0 ...
/// ```
///
/// A slot's content is undefined until it is set. Sizes are doubles, since the box around other
/// boxes may hold more elements than a `long` counts.
final class BoxArray {

  private final int stride;
  private final long[] bounds;

  BoxArray(int rank, int slots) {
    this.stride = 2 * rank;
    this.bounds = new long[slots * stride];
  }

  int rank() {
    return stride / 2;
  }

  long from(int slot, int axis) {
    return bounds[slot * stride + 2 * axis];
  }

  long to(int slot, int axis) {
    return bounds[slot * stride + 2 * axis + 1];
  }

  void set(int slot, Box box) {
    int at = slot * stride;
    for (int axis = 0; axis < rank(); axis++) {
      bounds[at++] = box.from(axis);
      bounds[at++] = box.to(axis);
    }
  }

  void set(int slot, BoxArray source, int sourceSlot) {
    System.arraycopy(source.bounds, sourceSlot * stride, bounds, slot * stride, stride);
  }

  /// Widens the box in a slot until it contains the other one.
  void include(int slot, BoxArray other, int otherSlot) {
    int mine = slot * stride;
    int theirs = otherSlot * stride;
    for (int end = mine + stride; mine < end; mine += 2, theirs += 2) {
      bounds[mine] = Math.min(bounds[mine], other.bounds[theirs]);
      bounds[mine + 1] = Math.max(bounds[mine + 1], other.bounds[theirs + 1]);
    }
  }

  /// Which of the first `slots`, at most 31, hold a box that overlaps `query`: a bit a slot.
  ///
  /// Written without branches on coordinates: which slots overlap is hard to predict, and a
  /// branch for each took twice as long.
  int overlapping(int slots, BoxArray query) {
    int hits = (1 << slots) - 1;
    for (int axis = 0; axis < stride && hits != 0; axis += 2) {
      hits &= overlappingAlong(axis, slots, query.bounds[axis], query.bounds[axis + 1]);
    }
    return hits;
  }

  /// Coordinates are not negative, so differences don't overflow and their signs are comparisons.
  private int overlappingAlong(int axis, int slots, long from, long to) {
    int hits = 0;
    for (int slot = 0, at = axis; slot < slots; slot++, at += stride) {
      long bothNegative = (bounds[at] - to) & (from - bounds[at + 1]);
      hits |= (int) (bothNegative >>> 63) << slot;
    }
    return hits;
  }

  boolean isSame(int slot, BoxArray other, int otherSlot) {
    int mine = slot * stride;
    int theirs = otherSlot * stride;
    for (int i = 0; i < stride; i++) {
      if (bounds[mine + i] != other.bounds[theirs + i]) {
        return false;
      }
    }
    return true;
  }

  /// In how many places a box as large as `query` overlaps the box in a slot.
  ///
  /// Along an axis there are as many as the two lengths add up to, less one, which is left out.
  double reach(int slot, BoxArray query) {
    double places = 1;
    for (int at = slot * stride, axis = 0; axis < stride; at += 2, axis += 2) {
      double length = (double) (bounds[at + 1] - bounds[at]);
      places *= length + (query.bounds[axis + 1] - query.bounds[axis]);
    }
    return places;
  }

  /// Which of the first `slots` boxes has to grow least, by its [#reach], to include `added`; of several,
  /// the smallest; of several, the first.
  ///
  /// Both reaches of a box come from one pass over its bounds, which are what is waited for.
  int leastGrown(int slots, BoxArray added) {
    int best = 0;
    double bestGrowth = Double.POSITIVE_INFINITY;
    double bestReach = Double.POSITIVE_INFINITY;
    for (int slot = 0, at = 0; slot < slots; slot++, at += stride) {
      double reach = 1;
      double reachWith = 1;
      for (int axis = 0; axis < stride; axis += 2) {
        long from = bounds[at + axis];
        long to = bounds[at + axis + 1];
        long addedFrom = added.bounds[axis];
        long addedTo = added.bounds[axis + 1];
        double addedLength = (double) (addedTo - addedFrom);
        reach *= (double) (to - from) + addedLength;
        reachWith *= (double) (Math.max(to, addedTo) - Math.min(from, addedFrom)) + addedLength;
      }
      double growth = reachWith - reach;
      if (growth < bestGrowth || (growth == bestGrowth && reach < bestReach)) {
        best = slot;
        bestGrowth = growth;
        bestReach = reach;
      }
    }
    return best;
  }
}

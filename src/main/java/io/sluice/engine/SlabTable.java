package io.sluice.engine;

import java.util.Arrays;

/// The columns of a [GapTree]: a slab and its links in each row, dense from row 1 on.
///
/// Row 0 is [#NIL]: no slab, no gap, no height. Nothing but its parent is ever written, and that is
/// never read.
///
/// | column | unit |
/// | --- | --- |
/// | `claim` | the number that the claim was given |
/// | `placeBytes`, `bytes` | where the slab is, from a unit before the heap |
/// | `gapBytes` | free bytes between this slab and the next |
/// | `largestGapBytes` | largest `gapBytes` in the subtree |
/// | `left`, `right`, `parent` | rows |
/// | `height` | levels of the subtree |
///
/// **Bound.** 33 bytes a row in a heap below 4 TiB, 49 in a larger one. The room doubles when it is full
/// and halves when three quarters of it are free. An array and its header together are a power of two: the
/// regions of a collector hold large ones without loss.
final class SlabTable {

  static final int NIL = 0;

  /// Rows of 4 bytes that the header of an array takes.
  private static final int HEADER_ROWS = 4;

  private static final int MIN_ROOM = 16 - HEADER_ROWS;

  final UnitColumn placeBytes;
  final UnitColumn bytes;
  final UnitColumn gapBytes;
  final UnitColumn largestGapBytes;
  int[] claim = new int[MIN_ROOM];
  int[] left = new int[MIN_ROOM];
  int[] right = new int[MIN_ROOM];
  int[] parent = new int[MIN_ROOM];
  byte[] height = new byte[MIN_ROOM];

  private int end = 1;

  SlabTable(long capacityBytes) {
    placeBytes = new UnitColumn(MIN_ROOM, capacityBytes);
    bytes = new UnitColumn(MIN_ROOM, capacityBytes);
    gapBytes = new UnitColumn(MIN_ROOM, capacityBytes);
    largestGapBytes = new UnitColumn(MIN_ROOM, capacityBytes);
  }

  int room() {
    return claim.length;
  }

  int last() {
    return end - 1;
  }

  /// Adds a row without children; the parent is for the caller to link.
  int add(int newClaim, long newPlaceBytes, long newBytes, long newGapBytes) {
    if (end == room()) {
      resize(2 * (room() + HEADER_ROWS) - HEADER_ROWS);
    }
    claim[end] = newClaim;
    placeBytes.set(end, newPlaceBytes);
    bytes.set(end, newBytes);
    gapBytes.set(end, newGapBytes);
    left[end] = NIL;
    right[end] = NIL;
    height[end] = 0;
    return end++;
  }

  /// Removes a row that no link leads to; the last row takes its place.
  void removeUnlinked(int row) {
    int last = last();
    if (row != last) {
      relink(last, row);
      copySlab(last, row);
      largestGapBytes.copy(last, row);
      height[row] = height[last];
    }
    end--;
    if (room() > MIN_ROOM && end <= room() / 4) {
      resize((room() + HEADER_ROWS) / 2 - HEADER_ROWS);
    }
  }

  private void relink(int from, int to) {
    int above = parent[from];
    if (left[above] == from) {
      left[above] = to;
    } else if (right[above] == from) {
      right[above] = to;
    }
    parent[to] = above;
    linkLeft(to, left[from]);
    linkRight(to, right[from]);
  }

  /// Copies what describes the slab, and not its links.
  void copySlab(int from, int to) {
    claim[to] = claim[from];
    placeBytes.copy(from, to);
    bytes.copy(from, to);
    gapBytes.copy(from, to);
  }

  void linkLeft(int row, int child) {
    left[row] = child;
    parent[child] = row;
  }

  void linkRight(int row, int child) {
    right[row] = child;
    parent[child] = row;
  }

  private void resize(int newRoom) {
    claim = Arrays.copyOf(claim, newRoom);
    placeBytes.resize(newRoom);
    bytes.resize(newRoom);
    gapBytes.resize(newRoom);
    largestGapBytes.resize(newRoom);
    left = Arrays.copyOf(left, newRoom);
    right = Arrays.copyOf(right, newRoom);
    parent = Arrays.copyOf(parent, newRoom);
    height = Arrays.copyOf(height, newRoom);
  }
}

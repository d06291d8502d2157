package io.sluice.engine;

import java.util.Arrays;

/// The columns of a [GapTree]: a slab and its links in each row, dense from row 1 on.
///
/// Row 0 is [#NIL]: no slab, no gap, no height. Nothing but its parent is ever written, and that is
/// never read.
///
/// | column | unit |
/// | --- | --- |
/// | `ticket` | the claim's |
/// | `offsetBytes`, `bytes` | where the slab is |
/// | `gapBytes` | free bytes between this slab and the next |
/// | `largestGapBytes` | largest `gapBytes` in the subtree |
/// | `left`, `right`, `parent` | rows |
/// | `height` | levels of the subtree |
///
/// **Bound.** 53 bytes a row. The room doubles when it is full and halves when three quarters of it
/// are free.
final class SlabTable {

  static final int NIL = 0;

  private static final int MIN_ROOM = 16;

  long[] ticket = new long[MIN_ROOM];
  long[] offsetBytes = new long[MIN_ROOM];
  long[] bytes = new long[MIN_ROOM];
  long[] gapBytes = new long[MIN_ROOM];
  long[] largestGapBytes = new long[MIN_ROOM];
  int[] left = new int[MIN_ROOM];
  int[] right = new int[MIN_ROOM];
  int[] parent = new int[MIN_ROOM];
  byte[] height = new byte[MIN_ROOM];

  private int end = 1;

  int room() {
    return ticket.length;
  }

  int last() {
    return end - 1;
  }

  /// Adds a row without children; the parent is for the caller to link.
  int add(long newTicket, long newOffsetBytes, long newBytes, long newGapBytes) {
    if (end == room()) {
      resize(2 * room());
    }
    ticket[end] = newTicket;
    offsetBytes[end] = newOffsetBytes;
    bytes[end] = newBytes;
    gapBytes[end] = newGapBytes;
    left[end] = NIL;
    right[end] = NIL;
    return end++;
  }

  /// Removes a row that no link leads to; the last row takes its place.
  void removeUnlinked(int row) {
    int last = last();
    if (row != last) {
      relink(last, row);
      copySlab(last, row);
      largestGapBytes[row] = largestGapBytes[last];
      height[row] = height[last];
    }
    end--;
    if (room() > MIN_ROOM && end <= room() / 4) {
      resize(room() / 2);
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
    ticket[to] = ticket[from];
    offsetBytes[to] = offsetBytes[from];
    bytes[to] = bytes[from];
    gapBytes[to] = gapBytes[from];
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
    ticket = Arrays.copyOf(ticket, newRoom);
    offsetBytes = Arrays.copyOf(offsetBytes, newRoom);
    bytes = Arrays.copyOf(bytes, newRoom);
    gapBytes = Arrays.copyOf(gapBytes, newRoom);
    largestGapBytes = Arrays.copyOf(largestGapBytes, newRoom);
    left = Arrays.copyOf(left, newRoom);
    right = Arrays.copyOf(right, newRoom);
    parent = Arrays.copyOf(parent, newRoom);
    height = Arrays.copyOf(height, newRoom);
  }
}

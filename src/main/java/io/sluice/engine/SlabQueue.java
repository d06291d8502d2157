package io.sluice.engine;

/// The slabs of a ring in the order of claims, each under a number that is never used again.
///
/// **Bound.** Two words a slab. The room is a power of two; it doubles when it is full and halves
/// when three quarters of it are free, so that adding and dropping take constant time, amortised.
///
/// ```
///   numbers   oldest  ...              end
///             | slab | released | slab |        number n lies at n mod room
/// ```
final class SlabQueue {

  private static final int MIN_ROOM = 16;
  private static final long RELEASED = 0;

  private long[] offsetBytes = new long[MIN_ROOM];
  private long[] bytes = new long[MIN_ROOM];
  private long oldest;
  private long end;

  /// The number of the oldest slab; [#end] if there is none.
  long oldest() {
    return oldest;
  }

  /// The number that the next slab will get.
  long end() {
    return end;
  }

  boolean isEmpty() {
    return oldest == end;
  }

  boolean holds(long slab) {
    return slab >= oldest && slab < end;
  }

  long offsetBytes(long slab) {
    return offsetBytes[at(slab)];
  }

  long bytes(long slab) {
    return bytes[at(slab)];
  }

  boolean isReleased(long slab) {
    return bytes(slab) == RELEASED;
  }

  void markReleased(long slab) {
    setBytes(slab, RELEASED);
  }

  void setBytes(long slab, long newBytes) {
    bytes[at(slab)] = newBytes;
  }

  long add(long slabOffsetBytes, long slabBytes) {
    if (end - oldest == room()) {
      resize(2 * room());
    }
    offsetBytes[at(end)] = slabOffsetBytes;
    bytes[at(end)] = slabBytes;
    return end++;
  }

  void dropOldest() {
    oldest++;
    if (room() > MIN_ROOM && end - oldest <= room() / 4) {
      resize(room() / 2);
    }
  }

  /// How many slabs there is room for now.
  int room() {
    return bytes.length;
  }

  private void resize(int newRoom) {
    offsetBytes = moved(offsetBytes, newRoom);
    bytes = moved(bytes, newRoom);
  }

  private long[] moved(long[] words, int newRoom) {
    long[] target = new long[newRoom];
    for (long slab = oldest; slab != end; slab++) {
      target[(int) (slab & (newRoom - 1))] = words[at(slab)];
    }
    return target;
  }

  private int at(long slab) {
    return (int) (slab & (room() - 1));
  }
}

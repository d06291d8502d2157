package io.sluice.engine;

/// The part of a [HeapSpace] that no policy changes: what is refused, and the totals.
///
/// A policy decides where slabs lie; it is asked only for sizes that are aligned and within the
/// capacity.
abstract sealed class AccountedSpace implements HeapSpace permits RingSpace, FirstFitSpace {

  private final long capacityBytes;
  private long usedBytes;
  private long highWaterBytes;
  private int liveCount;

  AccountedSpace(long capacityBytes) {
    if (capacityBytes <= 0 || capacityBytes % ALIGNMENT_BYTES != 0) {
      throw new IllegalArgumentException(
          Text.of(
              "a heap's capacity must be a positive multiple of %,d bytes, was %,d",
              ALIGNMENT_BYTES, capacityBytes));
    }
    this.capacityBytes = capacityBytes;
  }

  @Override
  public final long capacityBytes() {
    return capacityBytes;
  }

  @Override
  public final long usedBytes() {
    return usedBytes;
  }

  @Override
  public final long highWaterBytes() {
    return highWaterBytes;
  }

  @Override
  public final int liveCount() {
    return liveCount;
  }

  @Override
  public final long freeBytes() {
    return capacityBytes - usedBytes;
  }

  @Override
  public final long tryReserve(long bytes) {
    requirePositive(bytes);
    if (bytes > largestFreeRunBytes()) {
      return NONE;
    }
    long taken = HeapSpace.alignedBytes(bytes);
    long ticket = take(taken);
    usedBytes += taken;
    highWaterBytes = Math.max(highWaterBytes, usedBytes);
    liveCount++;
    return ticket;
  }

  /// Takes a slab of `alignedBytes`, at most [#largestFreeRunBytes], and gives its ticket.
  abstract long take(long alignedBytes);

  @Override
  public final void release(long ticket) {
    usedBytes -= giveBack(ticket);
    liveCount--;
  }

  /// Gives the slab back, or throws; returns its bytes.
  abstract long giveBack(long ticket);

  @Override
  public final boolean shrink(long ticket, long newBytes) {
    long bytes = bytesOf(ticket);
    if (newBytes < 0 || newBytes > bytes) {
      throw new IllegalArgumentException(
          Text.of("a slab of %,d bytes can't be shrunk to %,d", bytes, newBytes));
    }
    long keptBytes = HeapSpace.alignedBytes(Math.max(1, newBytes));
    if (keptBytes == bytes || !cut(ticket, keptBytes)) {
      return false;
    }
    usedBytes -= bytes - keptBytes;
    return true;
  }

  /// Shortens a live slab to fewer, aligned bytes, if the policy can; returns whether it did.
  abstract boolean cut(long ticket, long keptBytes);

  @Override
  public final void reset() {
    if (liveCount != 0) {
      throw new IllegalStateException(
          Text.of(
              "a heap with %,d live slabs (%,d bytes) can't be reset; this is a bug in Sluice",
              liveCount, usedBytes));
    }
    highWaterBytes = 0;
  }

  static void requirePositive(long bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException(Text.of("a claim must be positive, was %,d", bytes));
    }
  }

  static IllegalStateException noSlab(long ticket) {
    return new IllegalStateException(
        Text.of(
            "ticket %d names no live slab: it was released or never given; this is a bug in Sluice",
            ticket));
  }
}

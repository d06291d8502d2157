package io.sluice.engine;

import java.util.function.LongPredicate;

/// Keeps slabs one behind the other, around the heap, reclaimed first in, first out.
///
/// The next slab starts at the head; if it does not fit before the end, at the base. A release out
/// of order only marks the slab: the oldest is dropped once it was released, and with it all that
/// follow it up to the next live one. So a live slab pins all younger ones. With the last slab the
/// head returns to the base, so that an empty ring is one run again.
///
/// **Bound.** No byte tells full from empty: the ring is empty when it has no records, and then
/// only. Each operation takes constant time, amortised, but [#couldReserve] and [#forEachLive].
///
/// ```
///   0           oldest       newest  head       capacity
///   | free      | live, marked ...   | free     |            not wrapped
///
///   0      newest  head      oldest             capacity
///   | ... live     | free    | live, ... | lost |            wrapped
/// ```
///
/// The lost bytes did not suffice for the slab that wrapped; they come back with the one before it.
///
/// A ticket is the slab's number in the order of claims, and never used again.
final class RingSpace extends AccountedSpace {

  private final SlabQueue slabs = new SlabQueue();
  private long headBytes;

  RingSpace(long capacityBytes) {
    super(capacityBytes);
  }

  @Override
  public long largestFreeRunBytes() {
    return largestFreeRunBytes(slabs.oldest());
  }

  /// The largest free run if the slabs from `oldest` on were all that is left.
  private long largestFreeRunBytes(long oldest) {
    if (oldest == slabs.end()) {
      return capacityBytes();
    }
    long tailBytes = slabs.offsetBytes(oldest);
    return isWrapped(tailBytes)
        ? tailBytes - headBytes
        : Math.max(capacityBytes() - headBytes, tailBytes);
  }

  /// Whether the newest slab lies before the oldest, which is at `tailBytes`.
  private boolean isWrapped(long tailBytes) {
    return slabs.offsetBytes(slabs.end() - 1) < tailBytes;
  }

  @Override
  long take(long alignedBytes) {
    long offsetBytes = fitsAtHead(alignedBytes) ? headBytes : 0;
    headBytes = offsetBytes + alignedBytes;
    return slabs.add(offsetBytes, alignedBytes);
  }

  /// Before the end, that is. If the ring is wrapped, what fits at all fits at the head.
  private boolean fitsAtHead(long alignedBytes) {
    return alignedBytes <= capacityBytes() - headBytes;
  }

  @Override
  public long offsetOf(long ticket) {
    return slabs.offsetBytes(live(ticket));
  }

  @Override
  public long bytesOf(long ticket) {
    return slabs.bytes(live(ticket));
  }

  private long live(long ticket) {
    if (!slabs.holds(ticket) || slabs.isReleased(ticket)) {
      throw noSlab(ticket);
    }
    return ticket;
  }

  @Override
  long giveBack(long ticket) {
    long bytes = bytesOf(ticket);
    slabs.markReleased(ticket);
    while (!slabs.isEmpty() && slabs.isReleased(slabs.oldest())) {
      slabs.dropOldest();
    }
    if (slabs.isEmpty()) {
      headBytes = 0;
    }
    return bytes;
  }

  @Override
  boolean cut(long ticket, long keptBytes) {
    if (ticket != slabs.end() - 1) {
      return false;
    }
    slabs.setBytes(ticket, keptBytes);
    headBytes = slabs.offsetBytes(ticket) + keptBytes;
    return true;
  }

  /// Slabs younger than the oldest fixed one stay pinned, fixed or not.
  @Override
  public boolean couldReserve(long bytes, LongPredicate fixed) {
    requirePositive(bytes);
    long oldest = slabs.oldest();
    while (oldest != slabs.end() && (slabs.isReleased(oldest) || !fixed.test(oldest))) {
      oldest++;
    }
    return bytes <= largestFreeRunBytes(oldest);
  }

  @Override
  public void forEachLive(SlabVisitor visitor) {
    if (slabs.isEmpty()) {
      return;
    }
    long tailBytes = slabs.offsetBytes(slabs.oldest());
    visitBetween(0, tailBytes, visitor);
    visitBetween(tailBytes, capacityBytes(), visitor);
  }

  private void visitBetween(long fromBytes, long toBytes, SlabVisitor visitor) {
    for (long slab = slabs.oldest(); slab != slabs.end(); slab++) {
      long offsetBytes = slabs.offsetBytes(slab);
      if (!slabs.isReleased(slab) && offsetBytes >= fromBytes && offsetBytes < toBytes) {
        visitor.visit(slab, offsetBytes, slabs.bytes(slab));
      }
    }
  }
}

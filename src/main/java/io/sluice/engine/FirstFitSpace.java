package io.sluice.engine;

import java.util.function.LongPredicate;

/// Keeps slabs at the lowest address where they fit.
///
/// What is released is usable at once, so a live slab pins its own bytes only. A free run is never
/// kept as a thing of its own: it is the gap behind a live slab (or behind the [GapTree#BASE]), so
/// neighbours coalesce by construction.
///
/// **Bound.** O(log live slabs) for each operation, O(1) for [#largestFreeRunBytes], linear for
/// [#couldReserve] and [#forEachLive].
///
/// ```
///   ticket   | 0 | claims so far | offset in units |
///     bit     63                   62 - log2(capacity in units) …  0
/// ```
///
/// A ticket says where its slab lies, which finds it, and which claim it came from, so that the
/// next slab at that place has another one. Of the claims the lower 32 bits are kept: a ticket is used
/// again after 2^32 of them in a heap of up to 2 TiB, earlier in a larger one.
final class FirstFitSpace extends AccountedSpace {

  private final GapTree slabs;
  private final int offsetBits;
  private int claims;

  FirstFitSpace(long capacityBytes) {
    super(capacityBytes);
    slabs = new GapTree(capacityBytes);
    offsetBits = Long.SIZE - Long.numberOfLeadingZeros(capacityBytes / ALIGNMENT_BYTES - 1);
  }

  @Override
  public long largestFreeRunBytes() {
    return slabs.largestGapBytes();
  }

  @Override
  long take(long alignedBytes) {
    int before = slabs.firstWithGap(alignedBytes);
    int claim = claims++;
    long ticket = ticket(claim, slabs.endBytes(before));
    slabs.insertBehind(before, claim, alignedBytes);
    return ticket;
  }

  private long ticket(int claim, long offsetBytes) {
    return (Integer.toUnsignedLong(claim) << offsetBits & Long.MAX_VALUE)
        | offsetBytes / ALIGNMENT_BYTES;
  }

  private long ticket(int slab) {
    return ticket(slabs.claim(slab), slabs.offsetBytes(slab));
  }

  @Override
  public long offsetOf(long ticket) {
    return slabs.offsetBytes(live(ticket));
  }

  @Override
  public long bytesOf(long ticket) {
    return slabs.bytes(live(ticket));
  }

  private int live(long ticket) {
    long unit = ticket & ((1L << offsetBits) - 1);
    int slab = slabs.find(unit * ALIGNMENT_BYTES);
    if (slab == GapTree.NIL || ticket(slab) != ticket) {
      throw noSlab(ticket);
    }
    return slab;
  }

  @Override
  long giveBack(long ticket) {
    int slab = live(ticket);
    long bytes = slabs.bytes(slab);
    slabs.remove(slab);
    return bytes;
  }

  @Override
  boolean cut(long ticket, long keptBytes) {
    slabs.cut(live(ticket), keptBytes);
    return true;
  }

  @Override
  public boolean couldReserve(long bytes, LongPredicate fixed) {
    requirePositive(bytes);
    long runStartBytes = 0;
    for (int slab = slabs.first(); slab != GapTree.NIL; slab = slabs.next(slab)) {
      if (fixed.test(ticket(slab))) {
        if (slabs.offsetBytes(slab) - runStartBytes >= bytes) {
          return true;
        }
        runStartBytes = slabs.endBytes(slab);
      }
    }
    return capacityBytes() - runStartBytes >= bytes;
  }

  @Override
  public void forEachLive(SlabVisitor visitor) {
    for (int slab = slabs.first(); slab != GapTree.NIL; slab = slabs.next(slab)) {
      visitor.visit(ticket(slab), slabs.offsetBytes(slab), slabs.bytes(slab));
    }
  }
}

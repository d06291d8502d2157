package io.sluice.engine;

import io.sluice.config.HeapPolicy;
import java.util.function.LongPredicate;

/// Keeps account of which bytes of the heap are taken.
///
/// A claim takes one contiguous run, called a slab, and gets a ticket for it. Where the slab lies,
/// and when released bytes can serve again, is the [HeapPolicy]; all else is this contract. There
/// is no memory behind it: offsets are counted from the heap's base.
///
/// **Confinement.** Owned by the scheduler's drain loop; not thread-safe. Predicates and visitors
/// must not call back into the space.
///
/// **Bound.** `usedBytes <= capacityBytes`, always. Bookkeeping is proportional to the slabs not
/// yet reclaimed and never to the capacity; it shrinks with them. An empty space serves any claim
/// up to its capacity, whatever happened before, and no byte is kept back to tell full from empty.
///
/// **Tickets.** A ticket is never negative. One that names no live slab, because it was released or
/// never given, is refused with [IllegalStateException]: it can only be a bug of the caller.
public sealed interface HeapSpace permits AccountedSpace {

  /// Slabs start at, and are as long as, a multiple of this many bytes.
  long ALIGNMENT_BYTES = 1024;

  /// The answer of [#tryReserve] when nothing fits.
  long NONE = -1;

  /// An empty space of `capacityBytes`, kept by `policy`.
  ///
  /// @throws IllegalArgumentException if the capacity is not a positive multiple of
  ///   [#ALIGNMENT_BYTES]
  static HeapSpace of(HeapPolicy policy, long capacityBytes) {
    return switch (policy) {
      case RING -> new RingSpace(capacityBytes);
      case FIRST_FIT -> new FirstFitSpace(capacityBytes);
    };
  }

  /// The bytes that a claim of `bytes` takes: the next multiple of [#ALIGNMENT_BYTES].
  ///
  /// @throws IllegalArgumentException if `bytes` is negative
  /// @throws ArithmeticException if the multiple overflows a `long`
  static long alignedBytes(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException(Text.of("a size must not be negative, was %,d", bytes));
    }
    return Math.addExact(bytes, ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
  }

  /// The bytes that there are to claim.
  long capacityBytes();

  /// The aligned bytes of all live slabs.
  long usedBytes();

  /// The most that [#usedBytes] ever was since construction or [#reset].
  long highWaterBytes();

  /// How many slabs are live.
  int liveCount();

  /// The bytes that no live slab takes. Not all of them can be had: they may lie apart, and a ring
  /// keeps back what was released out of order.
  long freeBytes();

  /// The largest claim that would be served now, exactly; 0 if none would.
  long largestFreeRunBytes();

  /// Takes a slab of [#alignedBytes] of `bytes`.
  ///
  /// @return the slab's ticket, or [#NONE] without a trace if nothing fits now; a claim above the
  ///   capacity never fits
  /// @throws IllegalArgumentException if `bytes` is not positive: who needs no bytes makes no claim
  long tryReserve(long bytes);

  /// Where the slab starts. Looked up in logarithmic time at worst: keep it where it is hot.
  long offsetOf(long ticket);

  /// The slab's length, a multiple of [#ALIGNMENT_BYTES].
  long bytesOf(long ticket);

  /// Gives a slab back.
  void release(long ticket);

  /// Gives the tail of a live slab back, so that [#alignedBytes] of `newBytes` stay. A slab never
  /// becomes empty: one unit of [#ALIGNMENT_BYTES] stays in any case.
  ///
  /// @return whether bytes came back; if not, the policy does not allow it for this slab or the
  ///   tail is shorter than a unit, and nothing has changed
  /// @throws IllegalArgumentException if `newBytes` is negative or would make the slab longer
  boolean shrink(long ticket, long newBytes);

  /// Whether a claim of `bytes` would be served if every live slab had been released but those
  /// whose ticket is `fixed`. Linear in the slabs not yet reclaimed.
  ///
  /// @throws IllegalArgumentException if `bytes` is not positive
  boolean couldReserve(long bytes, LongPredicate fixed);

  /// Shows the live slabs in the order of their addresses.
  void forEachLive(SlabVisitor visitor);

  /// Starts again, with the high-water mark at 0. Tickets from before stay refused.
  ///
  /// @throws IllegalStateException if a slab is live
  void reset();
}

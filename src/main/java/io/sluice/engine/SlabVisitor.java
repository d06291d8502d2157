package io.sluice.engine;

/// Sees the live slabs of a [HeapSpace], one a call.
@FunctionalInterface
public interface SlabVisitor {

  /// Called for the slabs in turn.
  ///
  /// @param ticket the claim that took the slab
  /// @param offsetBytes where the slab starts, counted from the heap's base
  /// @param bytes the slab's length, a multiple of [HeapSpace#ALIGNMENT_BYTES]
  void visit(long ticket, long offsetBytes, long bytes);
}

package io.sluice.config;

/// How the heap's space is kept: which free bytes a claim gets, and when freed ones can serve
/// again.
///
/// Both policies bound memory alike and serve any claim up to the heap's size once it is empty.
/// They differ in how much of a busy heap can be live before a claim has to wait. As measured, with
/// sizes log-uniform from 1 KiB to 1/16 of the heap:
///
/// | lifetimes | `RING` | `FIRST_FIT` |
/// | --- | --- | --- |
/// | equal, ending in waves | 0.98 | 0.98 |
/// | equal, ending one by one | 0.97 | 0.94 |
/// | exponential | 0.48 | 0.85 |
/// | exponential, one in a hundred fifty times as long | 0.51 | 0.84 |
public enum HeapPolicy {

  /// Slabs lie one behind the other, wrap around at the end, and come back first in, first out,
  /// each step in constant time. A slab that lives long pins all that were taken after it, released
  /// or not: for streams whose tasks live about equally long.
  RING,

  /// A claim gets the lowest address that fits, in logarithmic time. What is freed is usable at
  /// once, neighbours coalesce, and a slab that lives long pins its own bytes only. The default.
  FIRST_FIT
}

package io.sluice.worker.process;

import io.sluice.memory.SharedRegion;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What a child has mapped: the heap, and the user-owned tensors that its tasks have named, each from its
/// first use until the parent says that it is gone.
///
/// **Threads.** The thread that runs kernels maps, the control thread unmaps; never the same segment, since
/// one that a task names is not gone.
final class ChildSegments {
  private final long parentPid;
  private final SharedRegion heap;
  private final Map<Long, SharedRegion> mapped = new ConcurrentHashMap<>();

  ChildSegments(long parentPid, SharedRegion heap) {
    this.parentPid = parentPid;
    this.heap = heap;
  }

  /// The bytes of a segment, 0 being the heap.
  ///
  /// @throws io.sluice.error.HeapUnavailableException if it can't be mapped
  MemorySegment get(long segment, int descriptor, long byteSize) {
    if (segment == 0) {
      return heap.segment();
    }
    return mapped
        .computeIfAbsent(segment, unknown -> SharedRegion.attach(parentPid, descriptor, byteSize))
        .segment();
  }

  void forget(long segment) {
    SharedRegion region = mapped.remove(segment);
    if (region != null) {
      region.close();
    }
  }
}

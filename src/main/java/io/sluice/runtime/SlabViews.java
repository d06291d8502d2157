package io.sluice.runtime;

import io.sluice.engine.Version;
import io.sluice.memory.Lease;
import io.sluice.memory.SharedRegion;
import io.sluice.memory.StoredTensor;
import io.sluice.memory.TensorViews;
import io.sluice.task.Box;
import io.sluice.task.Shape;
import io.sluice.task.TaskInternals;
import io.sluice.task.TensorView;
import io.sluice.task.UserTensor;
import java.lang.foreign.MemorySegment;

/// Makes the views by which kernels and users touch versions of tensors, where these lie.
///
/// **Threads.** Any.
final class SlabViews {
  private final SharedRegion region;

  SlabViews(SharedRegion region) {
    this.region = region;
  }

  /// A view of a box of a version, as far as its rows are used, for as long as the lease lasts.
  TensorView of(Version version, Box box, boolean writable, Lease lease) {
    Shape shape = version.tensor().shape();
    if (version.rows() == shape.extent(0)) {
      return of(version, shape, box, writable, lease);
    }
    return of(
        version, shape.withRows(version.rows()), box.withinRows(version.rows()), writable, lease);
  }

  /// A view of all of a version for the task that makes it.
  TensorView fresh(Version version, Lease lease) {
    return of(version, version.tensor().shape(), version.tensor().box(), true, lease);
  }

  private TensorView of(Version version, Shape shape, Box box, boolean writable, Lease lease) {
    StoredTensor stored =
        new StoredTensor(version.tensor(), version.tensor().dtype(), shape, version.offsetBytes());
    return TensorViews.of(segmentOf(version, writable), stored, box, writable, lease);
  }

  private MemorySegment segmentOf(Version version, boolean writable) {
    return version.tensor() instanceof UserTensor user
        ? ((UserSegment) TaskInternals.storage(user)).segment(writable)
        : region.segment(writable);
  }
}

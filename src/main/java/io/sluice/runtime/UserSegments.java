package io.sluice.runtime;

import io.sluice.engine.Engine;
import io.sluice.error.RuntimeDisposedException;
import io.sluice.task.DType;
import io.sluice.task.Shape;
import io.sluice.task.TaskInternals;
import io.sluice.task.UserTensor;
import io.sluice.worker.WorkerPool;
import io.sluice.worker.process.ProcessPool;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The segments of a runtime's user-owned tensors: each until it is closed, or the runtime goes. Any
/// thread.
final class UserSegments {
  private final Shell shell;
  private final Engine engine;
  private final Disposal disposal;
  private final List<WorkerPool> pools;
  private final Set<UserSegment> open = ConcurrentHashMap.newKeySet();

  UserSegments(Shell shell, Engine engine, Disposal disposal, List<WorkerPool> pools) {
    this.shell = shell;
    this.engine = engine;
    this.disposal = disposal;
    this.pools = pools;
  }

  /// A tensor in a segment of its own.
  UserTensor tensor(@Nullable String name, DType dtype, Shape shape) {
    if (disposal.isRefusing()) {
      throw new RuntimeDisposedException("the runtime is disposed of; it makes no more tensors");
    }
    UserSegment segment = new UserSegment(shell, this, shape.byteSize(dtype));
    UserTensor tensor = TaskInternals.userTensor(name, dtype, shape, segment);
    engine.adopt(tensor);
    open.add(segment);
    if (disposal.isReleased()) {
      segment.dispose();
      throw new RuntimeDisposedException("the runtime was disposed of while it made " + tensor);
    }
    return tensor;
  }

  /// It is closed: whoever has mapped it may let it go.
  void forget(UserSegment segment) {
    open.remove(segment);
    for (WorkerPool pool : pools) {
      if (pool instanceof ProcessPool processes) {
        processes.forget(segment.number());
      }
    }
  }

  /// The runtime goes, and all segments with it.
  ///
  /// @throws IllegalStateException if one is being read or written; to be tried again
  void dispose() {
    open.forEach(UserSegment::dispose);
  }
}

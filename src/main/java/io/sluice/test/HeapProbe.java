package io.sluice.test;

import io.sluice.Figures;
import io.sluice.Sluice;
import io.sluice.task.Task;
import java.util.ArrayList;
import java.util.List;

/// What a test sees of a runtime's heap: who was let in, and how many bytes are taken.
///
/// **Threads.** Any. What a call has brought about is seen when that call has returned; while other
/// threads are at work, the figures may lag behind for a moment.
public final class HeapProbe {
  private final Sluice sluice;
  private final List<Task> admitted = new ArrayList<>();

  HeapProbe(Sluice sluice) {
    this.sluice = sluice;
  }

  synchronized void add(Task task) {
    admitted.add(task);
  }

  /// The tasks that took their bytes, in their order: all since the runtime was made. Those that wait
  /// for bytes are not among them.
  public synchronized List<Task> admitted() {
    return List.copyOf(admitted);
  }

  /// Their names.
  public List<String> admittedNames() {
    return admitted().stream().map(Task::name).toList();
  }

  /// All bytes of the heap.
  public long capacityBytes() {
    return sluice.figures().heapCapacityBytes();
  }

  /// Bytes of live slabs; each takes a multiple of 1,024.
  public long usedBytes() {
    return sluice.figures().heapUsedBytes();
  }

  /// Bytes that no slab has.
  public long freeBytes() {
    Figures now = sluice.figures();
    return now.heapCapacityBytes() - now.heapUsedBytes();
  }

  /// The most bytes that were taken at once since the last drain.
  public long peakBytes() {
    return sluice.figures().heapPeakBytes();
  }
}

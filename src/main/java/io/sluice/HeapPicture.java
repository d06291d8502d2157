package io.sluice;

import io.sluice.config.HeapPolicy;
import io.sluice.engine.Engine;
import io.sluice.engine.HeapSpace;
import io.sluice.engine.Slot;
import io.sluice.task.RunId;
import io.sluice.task.TaskId;
import io.sluice.task.TaskState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The heap by address: slabs one by one if there are few, else pieces of the same length. Sizes and
/// offsets are in bytes.
///
/// @param policy where slabs are placed
/// @param capacityBytes all bytes
/// @param usedBytes bytes of live slabs
/// @param peakBytes the most that were live at once in this epoch
/// @param largestFreeRunBytes the largest claim that could be served now
/// @param slabCount how many slabs are live
/// @param slabs all of them, by address; none where there are too many
/// @param cells the heap in pieces, by address; none where `slabs` has them all
public record HeapPicture(
    HeapPolicy policy,
    long capacityBytes,
    long usedBytes,
    long peakBytes,
    long largestFreeRunBytes,
    int slabCount,
    List<Slab> slabs,
    List<Cell> cells) {

  /// Copies the lists.
  public HeapPicture {
    slabs = List.copyOf(slabs);
    cells = List.copyOf(cells);
  }

  /// A live slab.
  ///
  /// @param offsetBytes where it begins
  /// @param bytes how long it is
  /// @param state where its task stands
  /// @param task the one that owns it
  /// @param name the task's
  /// @param run the task's
  public record Slab(
      long offsetBytes, long bytes, TaskState state, TaskId task, String name, RunId run) {}

  /// A piece of the heap; what is missing to its length is free.
  ///
  /// @param pendingBytes of slabs whose tasks wait for earlier ones
  /// @param readyBytes of slabs whose tasks wait for a worker
  /// @param runningBytes of slabs whose tasks run
  /// @param doneBytes of slabs whose tasks have ended and that are still held
  public record Cell(long pendingBytes, long readyBytes, long runningBytes, long doneBytes) {}

  static HeapPicture of(Engine engine, int maxSlabs) {
    HeapSpace heap = engine.heap();
    boolean few = heap.liveCount() <= maxSlabs;
    return new HeapPicture(
        engine.heapPolicy(),
        heap.capacityBytes(),
        heap.usedBytes(),
        heap.highWaterBytes(),
        heap.largestFreeRunBytes(),
        heap.liveCount(),
        few ? slabs(engine) : List.of(),
        few ? List.of() : cells(engine, maxSlabs));
  }

  private static List<Slab> slabs(Engine engine) {
    List<Slab> slabs = new ArrayList<>();
    engine.forEachSlab(slot -> slabs.add(slab(slot)));
    slabs.sort(Comparator.comparingLong(Slab::offsetBytes));
    return slabs;
  }

  private static Slab slab(Slot slot) {
    return new Slab(
        slot.slabOffsetBytes(),
        slot.slabBytes(),
        slot.state(),
        slot.id(),
        slot.task().name(),
        slot.run().id());
  }

  private static List<Cell> cells(Engine engine, int count) {
    Cells cells = new Cells(engine.heap().capacityBytes(), count);
    engine.forEachSlab(cells::add);
    return cells.list();
  }

  /// Adds up bytes by piece and state.
  private static final class Cells {
    private static final int PENDING = 0;
    private static final int READY = 1;
    private static final int RUNNING = 2;
    private static final int DONE = 3;

    private final long cellBytes;
    private final long[][] bytes;

    Cells(long capacityBytes, int count) {
      this.cellBytes = Math.ceilDiv(capacityBytes, count);
      this.bytes = new long[count][DONE + 1];
    }

    void add(Slot slot) {
      int state = place(slot.state());
      long end = slot.slabOffsetBytes() + slot.slabBytes();
      for (long at = slot.slabOffsetBytes(); at < end; ) {
        int cell = (int) (at / cellBytes);
        long next = Math.min(end, (cell + 1) * cellBytes);
        bytes[cell][state] += next - at;
        at = next;
      }
    }

    private static int place(TaskState state) {
      return switch (state) {
        case PENDING -> PENDING;
        case READY -> READY;
        case RUNNING -> RUNNING;
        case COMPLETED, FAILED, CANCELLED, CONSUMED -> DONE;
      };
    }

    List<Cell> list() {
      List<Cell> cells = new ArrayList<>(bytes.length);
      for (long[] each : bytes) {
        cells.add(new Cell(each[PENDING], each[READY], each[RUNNING], each[DONE]));
      }
      return cells;
    }
  }
}

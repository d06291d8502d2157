package io.sluice.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The live slots by sequence number, in chunks that come and go with them.
///
/// **Bound.** A chunk exists while one of its slots does, so that memory follows what is alive:
/// neither a fixed window nor the length of the stream. A straggler keeps one chunk.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class SlotTable {
  static final int CHUNK_SHIFT = 8;
  static final int CHUNK_SLOTS = 1 << CHUNK_SHIFT;

  private final Map<Long, Chunk> chunks = new HashMap<>();
  private @Nullable Chunk newest;
  private int liveCount;

  /// Makes room for a slot of this number; the put that follows can't fail.
  void ensureRoom(long sequence) {
    long number = sequence >> CHUNK_SHIFT;
    if (newest != null && newest.number == number) {
      return;
    }
    Chunk outgrown = newest;
    newest = chunks.computeIfAbsent(number, Chunk::new);
    if (outgrown != null && outgrown.liveCount == 0) {
      chunks.remove(outgrown.number);
    }
  }

  void put(Slot slot) {
    Chunk chunk = newest;
    if (chunk == null || chunk.number != slot.sequence >> CHUNK_SHIFT) {
      throw new IllegalStateException("no room for " + slot + "; this is a bug in Sluice");
    }
    chunk.slots[indexOf(slot.sequence)] = slot;
    chunk.liveCount++;
    slot.chunk = chunk;
    liveCount++;
  }

  @Nullable Slot get(long sequence) {
    Chunk chunk = chunks.get(sequence >> CHUNK_SHIFT);
    return chunk == null ? null : chunk.slots[indexOf(sequence)];
  }

  /// The newest chunk stays although it is empty: the next slot goes there.
  void remove(Slot slot) {
    Chunk chunk = slot.chunk;
    if (chunk == null) {
      throw new IllegalStateException(slot + " was removed twice; this is a bug in Sluice");
    }
    slot.chunk = null;
    chunk.slots[indexOf(slot.sequence)] = null;
    liveCount--;
    if (--chunk.liveCount == 0 && chunk != newest) {
      chunks.remove(chunk.number);
    }
  }

  private static int indexOf(long sequence) {
    return (int) sequence & (CHUNK_SLOTS - 1);
  }

  int liveCount() {
    return liveCount;
  }

  int chunkCount() {
    return chunks.size();
  }

  /// Shows the live slots, in no order that matters.
  void forEach(Consumer<Slot> visitor) {
    for (Chunk chunk : chunks.values()) {
      for (Slot slot : chunk.slots) {
        if (slot != null) {
          visitor.accept(slot);
        }
      }
    }
  }

  void reset() {
    if (liveCount != 0) {
      throw new IllegalStateException(
          liveCount + " slot(s) live at a reset; this is a bug in Sluice");
    }
    chunks.clear();
    newest = null;
  }

  /// A run of consecutive numbers.
  static final class Chunk {
    final long number;
    final @Nullable Slot[] slots = new @Nullable Slot[CHUNK_SLOTS];
    int liveCount;

    Chunk(long number) {
      this.number = number;
    }
  }
}

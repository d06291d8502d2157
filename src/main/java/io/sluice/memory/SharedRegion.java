package io.sluice.memory;

import io.sluice.error.HeapUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;

/// Off-heap bytes that other processes can map: one for a runtime's heap, one for each tensor that
/// the user owns.
///
/// It is a file in the shared-memory file system, without a name from the moment it is opened, so
/// that no crash leaves it behind. Where there is no such file system it is a mapped temporary
/// file. Pages are taken when they are first touched, and are zero then.
///
/// **Threads.** Any thread may access the bytes and any may close. [#close()] unmaps: an access
/// that races with it gets an `IllegalStateException`, never a fault. The owner closes after the
/// last kernel has returned and the last lease has ended.
///
/// **Children.** While it is open, a process of the same user maps it through
/// `/proc/<pid>/fd/<descriptor>`, see [#attach]. A mapping outlives the descriptor and the owner:
/// the kernel frees the pages when the last one is gone. What must not be given to anyone else
/// while a child still maps it is a slab, not the region.
///
/// **Bound.** The capacity, fixed. It is compared with the file system's free bytes once, at
/// creation; it is not reserved there. Where something else fills the file system later, the first
/// touch of a page fails: with an `InternalError` in Java, with the end of the process in native
/// code.
public final class SharedRegion implements AutoCloseable {
  private static final long ZEROED_AT_ONCE_BYTES = 1 << 20;

  /// What a region is for, which decides what to turn where there is no room for it.
  public enum Purpose {
    /// The heap of a runtime.
    HEAP("lower Sluice.builder().heap(...)"),
    /// A tensor that the user owns.
    TENSOR("make the tensor smaller, close others"),
    /// What a worker process and its parent tell each other.
    MAILBOX("lower Sluice.builder().heap(...) or the number of processes");

    private final String remedy;

    Purpose(String remedy) {
      this.remedy = remedy;
    }
  }

  private final Arena arena;
  private final FileChannel channel;
  private final OptionalInt fileDescriptor;
  private final MemorySegment segment;
  private final MemorySegment readOnlySegment;

  private SharedRegion(Arena arena, RegionFile file, long capacityBytes) throws IOException {
    this.arena = arena;
    this.channel = file.channel();
    this.fileDescriptor = file.descriptor();
    this.segment = channel.map(MapMode.READ_WRITE, 0, capacityBytes, arena);
    this.readOnlySegment = segment.asReadOnly();
  }

  /// Makes a region in the shared-memory file system, or where there is none, in the directory for
  /// temporary files.
  ///
  /// @throws HeapUnavailableException if the file system has less than that free, or the file can't
  ///     be made or mapped
  public static SharedRegion create(long capacityBytes, Purpose purpose) {
    return create(capacityBytes, purpose, RegionFile.defaultDirectory(), SharedRegion::freeBytes);
  }

  /// Makes a heap's region.
  ///
  /// @throws HeapUnavailableException as [#create(long, Purpose)]
  public static SharedRegion create(long capacityBytes) {
    return create(capacityBytes, Purpose.HEAP);
  }

  /// Makes a region in `directory`.
  ///
  /// @throws HeapUnavailableException if the file system has less than that free, or the file can't
  ///     be made or mapped
  public static SharedRegion create(long capacityBytes, Path directory) {
    return create(capacityBytes, Purpose.HEAP, directory, SharedRegion::freeBytes);
  }

  /// A shared-memory file system without a limit says that it has 0 bytes in all.
  private static long freeBytes(Path directory) throws IOException {
    FileStore store = Files.getFileStore(directory);
    return store.getTotalSpace() == 0 ? Long.MAX_VALUE : store.getUsableSpace();
  }

  static SharedRegion create(
      long capacityBytes, Purpose purpose, Path directory, FreeSpace freeSpace) {
    checkCapacity(capacityBytes);
    try {
      checkFree(capacityBytes, purpose, directory, freeSpace.bytesIn(directory));
      return withoutInterrupts(() -> map(RegionFile.create(directory), capacityBytes));
    } catch (IOException e) {
      throw new HeapUnavailableException(
          text("a region of %,d bytes can't be made in %s: %s", capacityBytes, directory, e),
          capacityBytes,
          e);
    }
  }

  /// Maps the region of another process of the same user, which must be open there.
  ///
  /// @param ownerPid the process that created it
  /// @param fileDescriptor what [#fileDescriptor()] was there
  /// @throws HeapUnavailableException if there is no region of this capacity behind the descriptor
  public static SharedRegion attach(long ownerPid, int fileDescriptor, long capacityBytes) {
    checkCapacity(capacityBytes);
    try {
      return withoutInterrupts(
          () -> mapExisting(RegionFile.openOf(ownerPid, fileDescriptor), capacityBytes));
    } catch (IOException e) {
      throw new HeapUnavailableException(
          text(
              "descriptor %d of process %d can't be mapped as a region of %,d bytes: %s",
              fileDescriptor, ownerPid, capacityBytes, e),
          capacityBytes,
          e);
    }
  }

  private static void checkCapacity(long capacityBytes) {
    if (capacityBytes < 1) {
      throw new IllegalArgumentException(
          "a region must have at least 1 byte, was " + capacityBytes);
    }
  }

  private static void checkFree(
      long capacityBytes, Purpose purpose, Path directory, long freeBytes) {
    if (freeBytes < capacityBytes) {
      throw new HeapUnavailableException(
          text(
              "a region needs %,d bytes but %s has %,d free; %s or"
                  + " enlarge the file system (in a container: docker run --shm-size)",
              capacityBytes, directory, freeBytes, purpose.remedy),
          capacityBytes,
          freeBytes);
    }
  }

  /// The same numbers in every country: `1,024`.
  @SuppressWarnings("AnnotateFormatMethod")
  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  private static SharedRegion mapExisting(RegionFile file, long capacityBytes) throws IOException {
    long sizeBytes = file.channel().size();
    if (sizeBytes != capacityBytes) {
      file.channel().close();
      throw new IOException("it has " + sizeBytes + " bytes");
    }
    return map(file, capacityBytes);
  }

  /// The region owns the arena and closes it.
  @SuppressWarnings("MustBeClosedChecker")
  private static SharedRegion map(RegionFile file, long capacityBytes) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      return new SharedRegion(arena, file, capacityBytes);
    } catch (IOException | RuntimeException e) {
      arena.close();
      file.channel().close();
      throw e;
    }
  }

  /// An interrupted thread may well build or dispose a runtime, but would close the channel.
  private static SharedRegion withoutInterrupts(Making making) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      return making.make();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// All bytes; alive until [#close()].
  public MemorySegment segment() {
    return segment;
  }

  /// The same to read, or to write as well.
  public MemorySegment segment(boolean writable) {
    return writable ? segment : readOnlySegment;
  }

  public long capacityBytes() {
    return segment.byteSize();
  }

  /// The number of the open descriptor in this process, where `/proc` tells it; empty for a region
  /// that was attached.
  public OptionalInt fileDescriptor() {
    return fileDescriptor;
  }

  /// Sets `bytes` bytes from `offset` on to zero, in steps that let a safepoint in between.
  public void zero(long offset, long bytes) {
    MemorySegment part = segment.asSlice(offset, bytes);
    for (long at = 0; at < bytes; at += ZEROED_AT_ONCE_BYTES) {
      part.asSlice(at, Math.min(ZEROED_AT_ONCE_BYTES, bytes - at)).fill((byte) 0);
    }
  }

  public boolean isOpen() {
    return arena.scope().isAlive();
  }

  /// Unmaps the bytes and closes the descriptor. Idempotent.
  ///
  /// @throws IllegalStateException if an input or output operation has the bytes in use just now;
  ///     the region is still open then, and can be closed later
  @Override
  public synchronized void close() {
    if (!isOpen()) {
      return;
    }
    arena.close();
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Tells how many bytes the file system of a directory has free.
  interface FreeSpace {
    long bytesIn(Path directory) throws IOException;
  }

  private interface Making {
    SharedRegion make() throws IOException;
  }
}

package io.sluice.error;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The bytes of a heap, or of a user-owned tensor, could not be had from the system.
///
/// Thrown before anything was built: too little is free in the shared-memory file system, or it
/// can't be used.
public final class HeapUnavailableException extends SluiceException {
  private static final long UNKNOWN = -1;

  private final long neededBytes;
  private final long freeBytes;

  /// For a file system that has less than is needed.
  public HeapUnavailableException(String message, long neededBytes, long freeBytes) {
    super(message);
    this.neededBytes = neededBytes;
    this.freeBytes = freeBytes;
  }

  /// For any other reason.
  public HeapUnavailableException(String message, long neededBytes, @Nullable Throwable cause) {
    super(message, cause);
    this.neededBytes = neededBytes;
    this.freeBytes = UNKNOWN;
  }

  /// Bytes that the region was to have.
  public long neededBytes() {
    return neededBytes;
  }

  /// Bytes that its file system had free, if that was the reason.
  public OptionalLong freeBytes() {
    return freeBytes == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(freeBytes);
  }
}

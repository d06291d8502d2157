package io.sluice.error;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The shared region could not be made.
public final class HeapUnavailableException extends SluiceException {
  private final long neededBytes;
  private final OptionalLong freeBytes;

  /// For a file system that has less than is needed.
  public HeapUnavailableException(String message, long neededBytes, long freeBytes) {
    super(message);
    this.neededBytes = neededBytes;
    this.freeBytes = OptionalLong.of(freeBytes);
  }

  /// For any other reason.
  public HeapUnavailableException(String message, long neededBytes, @Nullable Throwable cause) {
    super(message, cause);
    this.neededBytes = neededBytes;
    this.freeBytes = OptionalLong.empty();
  }

  /// Bytes that the region was to have.
  public long neededBytes() {
    return neededBytes;
  }

  /// Bytes that its file system had free, if that was the reason.
  public OptionalLong freeBytes() {
    return freeBytes;
  }
}

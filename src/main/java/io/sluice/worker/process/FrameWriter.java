package io.sluice.worker.process;

import io.sluice.task.Box;
import io.sluice.task.DType;
import io.sluice.task.Shape;
import io.sluice.task.TaskId;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes one task into a frame that nobody else looks at.
///
/// **Bound.** The largest legal task fits: 256 tensors, 1,024 scalars. A name is cut at 256 bytes.
public final class FrameWriter {
  private static final byte[] NO_BYTES = {};

  private final MemorySegment memory;
  private final long frame;
  private final SegmentUse segments;
  private int tensorCount;
  private int scalarCount;

  /// Who keeps account of the segments that a child was told of.
  interface SegmentUse {
    void used(long segment);
  }

  FrameWriter(MemorySegment memory, long frame, SegmentUse segments) {
    this.memory = memory;
    this.frame = frame;
    this.segments = segments;
  }

  /// Which kernel, for which member of which attempt.
  public void task(
      TaskId id, String name, int kernel, int memberIndex, int memberCount, int attempt) {
    Words.setLong(memory, frame + MailboxLayout.TASK_EPOCH, id.epoch());
    Words.setLong(memory, frame + MailboxLayout.TASK_SEQUENCE, id.sequence());
    Words.setInt(memory, frame + MailboxLayout.KERNEL, kernel);
    Words.setInt(memory, frame + MailboxLayout.MEMBER_INDEX, memberIndex);
    Words.setInt(memory, frame + MailboxLayout.MEMBER_COUNT, memberCount);
    Words.setInt(memory, frame + MailboxLayout.ATTEMPT, attempt);
    name(name);
  }

  private void name(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, MailboxLayout.MAX_NAME_BYTES);
    Words.setInt(memory, frame + MailboxLayout.NAME_LENGTH, length);
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, frame + MailboxLayout.NAME, length);
  }

  /// The trace that the task belongs to; left out if it is none, or longer than 64 bytes.
  public void trace(@Nullable String traceParent) {
    byte[] bytes = traceParent == null ? NO_BYTES : traceParent.getBytes(StandardCharsets.UTF_8);
    int length = bytes.length > MailboxLayout.MAX_TRACE_BYTES ? 0 : bytes.length;
    Words.setInt(memory, frame + MailboxLayout.TRACE_LENGTH, length);
    if (length > 0) {
      MemorySegment.copy(
          bytes, 0, memory, ValueLayout.JAVA_BYTE, frame + MailboxLayout.TRACE, length);
    }
  }

  /// The next tensor.
  ///
  /// @param rows how many rows of the shape are used
  /// @param box the elements that the kernel sees, of the whole shape
  /// @param place where its bytes lie
  public void tensor(
      DType dtype, Shape shape, long rows, Box box, TensorPlace place, TensorUse use) {
    long at = MailboxLayout.tensor(frame, tensorCount++);
    Words.setLong(memory, at + MailboxLayout.TENSOR_OFFSET, place.offsetBytes());
    Words.setLong(memory, at + MailboxLayout.TENSOR_SEGMENT, place.segment());
    Words.setLong(memory, at + MailboxLayout.TENSOR_SEGMENT_BYTES, place.segmentBytes());
    Words.setInt(memory, at + MailboxLayout.TENSOR_DESCRIPTOR, place.descriptor());
    Words.setLong(memory, at + MailboxLayout.TENSOR_ROWS, rows);
    setByte(at + MailboxLayout.TENSOR_DTYPE, DTypeCodes.codeOf(dtype));
    setByte(at + MailboxLayout.TENSOR_RANK, shape.rank());
    setByte(at + MailboxLayout.TENSOR_FLAGS, use.flags());
    for (int axis = 0; axis < shape.rank(); axis++) {
      long axisAt = at + (long) axis * Long.BYTES;
      Words.setLong(memory, axisAt + MailboxLayout.TENSOR_EXTENTS, shape.extent(axis));
      Words.setLong(memory, axisAt + MailboxLayout.TENSOR_FROM, box.from(axis));
      Words.setLong(memory, axisAt + MailboxLayout.TENSOR_TO, box.to(axis));
    }
    if (place.segment() != 0) {
      segments.used(place.segment());
    }
  }

  /// The next scalar, a whole number.
  public void scalar(long value) {
    scalar(value, 0);
  }

  /// The next scalar, a real number.
  public void scalar(double value) {
    scalar(Double.doubleToRawLongBits(value), 1);
  }

  private void scalar(long bits, int kind) {
    Words.setLong(memory, frame + MailboxLayout.SCALARS + (long) scalarCount * Long.BYTES, bits);
    setByte(frame + MailboxLayout.SCALAR_KINDS + scalarCount, kind);
    scalarCount++;
  }

  private void setByte(long offset, int value) {
    memory.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
  }

  /// All is there.
  void finish(long ticket) {
    Words.setLong(memory, frame + MailboxLayout.TICKET, ticket);
    Words.setInt(memory, frame + MailboxLayout.TENSOR_COUNT, tensorCount);
    Words.setInt(memory, frame + MailboxLayout.SCALAR_COUNT, scalarCount);
    Words.setInt(memory, frame + MailboxLayout.STOP_WORD, MailboxLayout.GO_ON);
  }

  /// Where the bytes of a tensor lie.
  ///
  /// @param offsetBytes from the base of the segment
  /// @param segment 0 for the heap, else a number that no other segment ever has
  /// @param segmentBytes its size
  /// @param descriptor by which a child maps it
  public record TensorPlace(long offsetBytes, long segment, long segmentBytes, int descriptor) {}

  /// What a kernel may do with a tensor.
  ///
  /// @param isWritable whether it may be written
  /// @param isZeroedFirst whether it is set to zero before the kernel is called
  /// @param hasRowsToSay whether the kernel may say how many rows it used
  public record TensorUse(boolean isWritable, boolean isZeroedFirst, boolean hasRowsToSay) {
    int flags() {
      return (isWritable ? MailboxLayout.WRITABLE : 0)
          | (isZeroedFirst ? MailboxLayout.ZERO_FIRST : 0)
          | (hasRowsToSay ? MailboxLayout.ROWS_TO_SAY : 0);
    }
  }
}

package io.sluice.worker.process;

import io.sluice.task.Arguments;
import io.sluice.worker.process.ChildLink.ProtocolException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// Reads the outcome of a task from its frame, and believes nothing that can't be.
final class FrameReader {
  private FrameReader() {}

  /// Tells the item what the child says of it.
  ///
  /// @throws ProtocolException if that can't be; the item was told nothing
  static void tell(Item item, MemorySegment memory) throws ProtocolException {
    long frame = MailboxLayout.frame(item.frame);
    long ticket = Words.getLong(memory, frame + MailboxLayout.OUTCOME_TICKET);
    if (ticket != item.ticket) {
      throw new ProtocolException("it told the outcome of " + ticket + " for " + item.ticket);
    }
    long runTimeNs = Math.max(0, Words.getLong(memory, frame + MailboxLayout.RUN_TIME_NS));
    int outcome = Words.getInt(memory, frame + MailboxLayout.OUTCOME);
    switch (outcome) {
      case MailboxLayout.COMPLETED -> completed(item, memory, frame, runTimeNs);
      case MailboxLayout.FAILED ->
          item.work.failed(runTimeNs, ErrorCodec.decode(error(memory, frame)));
      default -> throw new ProtocolException("it told the outcome " + outcome);
    }
  }

  private static void completed(Item item, MemorySegment memory, long frame, long runTimeNs)
      throws ProtocolException {
    try {
      item.work.completed(runTimeNs, rows(memory, frame));
    } catch (IllegalArgumentException wrong) {
      throw new ProtocolException(String.valueOf(wrong.getMessage()));
    }
  }

  private static long @Nullable [] rows(MemorySegment memory, long frame) throws ProtocolException {
    if (Words.getInt(memory, frame + MailboxLayout.ROWS_SAID) == 0) {
      return null;
    }
    int count = Words.getInt(memory, frame + MailboxLayout.TENSOR_COUNT);
    if (count < 0 || count > Arguments.MAX_TENSORS) {
      throw new ProtocolException("it told rows of " + count + " tensors");
    }
    return memory
        .asSlice(frame + MailboxLayout.ROWS, (long) count * Long.BYTES)
        .toArray(ValueLayout.JAVA_LONG);
  }

  private static byte[] error(MemorySegment memory, long frame) throws ProtocolException {
    int length = Words.getInt(memory, frame + MailboxLayout.ERROR_LENGTH);
    if (length < 0 || length > MailboxLayout.MAX_ERROR_BYTES) {
      throw new ProtocolException("it told an error of " + length + " bytes");
    }
    return memory.asSlice(frame + MailboxLayout.ERROR, length).toArray(ValueLayout.JAVA_BYTE);
  }
}

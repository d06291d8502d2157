package io.sluice.worker.process;

import io.sluice.config.ProcessOptions;
import io.sluice.task.Arguments;
import io.sluice.task.Shape;

/// Where each byte of a mailbox lies. Nothing else knows an offset; `docs/worker-protocol.md` has the same
/// tables.
///
/// A mailbox belongs to one child, from its start to its end: a header of 4,096 bytes, then frames. Words
/// that different threads write lie on cache lines of their own. All numbers are in native byte order.
///
/// ```
///   0         4096
///   | header  | frame 0 | frame 1 | … |
/// ```
final class MailboxLayout {
  /// Changes with the meaning of words.
  static final int PROTOCOL_VERSION = 1;

  /// Changes with their places.
  static final int LAYOUT_VERSION = 2;

  static final int MAGIC = 0x534C_4D42;

  // ---- the pool's signal, a region of its own that all children map ----

  /// Raised by whoever has something for the parent's watcher, who sleeps on it.
  static final long SIGNAL = 0;

  /// 1 while the watcher sleeps, or is about to.
  static final long SIGNAL_SLEEPING = 64;

  static final long SIGNAL_BYTES = 4_096;

  // ---- header: written by the parent before the child starts ----

  static final long MAGIC_AT = 0;
  static final long PARENT_PROTOCOL = 4;
  static final long PARENT_LAYOUT = 8;
  static final long FRAME_COUNT = 12;
  static final long FRAME_BYTES_AT = 16;
  static final long PARENT_DIGEST = 32;
  static final int DIGEST_BYTES = 32;

  // ---- header: written by the child before it says that it is ready ----

  static final long CHILD_PROTOCOL = 64;
  static final long CHILD_LAYOUT = 68;
  static final long CHILD_DIGEST = 96;

  // ---- header: words, each on a line of its own ----

  /// The child's handshake: [#STARTING], [#READY] or [#REFUSED].
  static final long CHILD_STATE = 128;

  /// Raised by the parent with each request; the child's second thread sleeps on it.
  static final long CONTROL = 192;

  /// 1 once the child is to end, when no task is left.
  static final long SHUTDOWN = 256;

  /// Raised by the child's second thread while it is alive.
  static final long HEARTBEAT = 320;

  /// 1 while the child's first thread sleeps on the state of a frame, or is about to.
  static final long PARKED = 384;

  /// How many completions the child has pushed, ever.
  static final long RING_TAIL = 448;

  /// Numbers of frames, at completion number modulo [#RING_ENTRIES].
  static final long RING = 512;

  static final int RING_ENTRIES = ProcessOptions.MAX_PIPELINE_DEPTH;

  /// How many segments the child has forgotten, ever, and how many the parent asked it to.
  static final long FORGET_HEAD = 1_024;

  static final long FORGET_TAIL = 1_088;
  static final long FORGET = 1_152;
  static final int FORGET_ENTRIES = 64;

  static final long HEADER_BYTES = 4_096;

  static final int STARTING = 0;
  static final int READY = 1;
  static final int REFUSED = 2;

  // ---- a frame: words ----

  /// The task's word: who owns the frame. The child's first thread sleeps on it.
  static final long STATE = 0;

  /// The parent's: it may write the next task.
  static final int EMPTY = 0;

  /// Complete, and the child's if it takes it.
  static final int STAGED = 1;

  /// The child's: its kernel runs.
  static final int RUNNING = 2;

  /// The parent's: the outcome is there to be read.
  static final int DONE = 3;

  /// Taken back by the parent, empty once the child has come by.
  static final int TAKEN = 4;

  /// What the parent asks of a running kernel: [#GO_ON], [#STOP] or [#INTERRUPT].
  static final long STOP_WORD = 64;

  static final int GO_ON = 0;
  static final int STOP = 1;
  static final int INTERRUPT = 2;

  // ---- a frame: the task ----

  /// Counts the tasks that went through this mailbox, from 1.
  static final long TICKET = 128;

  static final long TASK_EPOCH = 136;
  static final long TASK_SEQUENCE = 144;
  static final long KERNEL = 152;
  static final long MEMBER_INDEX = 156;
  static final long MEMBER_COUNT = 160;
  static final long ATTEMPT = 164;
  static final long TENSOR_COUNT = 168;
  static final long SCALAR_COUNT = 172;
  static final long NAME_LENGTH = 176;
  static final long NAME = 180;
  static final int MAX_NAME_BYTES = 256;

  /// 0 for a task without a trace; it lies behind the error, where most tasks touch no page for it.
  static final long TRACE_LENGTH = NAME + MAX_NAME_BYTES;

  static final int MAX_TRACE_BYTES = 64;

  static final long TENSORS = 448;
  static final long TENSOR_BYTES = 256;

  // ---- a tensor in a frame ----

  /// Where it starts, from the base of its segment.
  static final long TENSOR_OFFSET = 0;

  /// 0 for the heap; else the number of a user-owned tensor's segment, never used twice.
  static final long TENSOR_SEGMENT = 8;

  static final long TENSOR_SEGMENT_BYTES = 16;
  static final long TENSOR_DESCRIPTOR = 24;
  static final long TENSOR_DTYPE = 28;
  static final long TENSOR_RANK = 29;
  static final long TENSOR_FLAGS = 30;

  /// How many rows of its shape are used.
  static final long TENSOR_ROWS = 32;

  static final long TENSOR_EXTENTS = 40;
  static final long TENSOR_FROM = TENSOR_EXTENTS + (long) Shape.MAX_RANK * Long.BYTES;
  static final long TENSOR_TO = TENSOR_FROM + (long) Shape.MAX_RANK * Long.BYTES;

  static final int WRITABLE = 1;

  /// The child sets its bytes to zero before it calls the kernel.
  static final int ZERO_FIRST = 2;

  /// The kernel may say how many rows it used.
  static final int ROWS_TO_SAY = 4;

  // ---- a frame: scalars, then the outcome ----

  static final long SCALARS = TENSORS + Arguments.MAX_TENSORS * TENSOR_BYTES;

  /// A byte each: 0 for a whole number, 1 for a real one.
  static final long SCALAR_KINDS = SCALARS + (long) Arguments.MAX_SCALARS * Long.BYTES;

  static final long OUTCOME = SCALAR_KINDS + Arguments.MAX_SCALARS;
  static final int COMPLETED = 0;
  static final int FAILED = 1;

  /// The ticket of the task that the outcome is of.
  static final long OUTCOME_TICKET = OUTCOME + 8;

  static final long RUN_TIME_NS = OUTCOME + 16;

  /// 1 if the kernel has said rows, which follow: a `long` for each tensor, -1 where it said nothing.
  static final long ROWS_SAID = OUTCOME + 24;

  static final long ROWS = OUTCOME + 32;
  static final long ERROR_LENGTH = ROWS + (long) Arguments.MAX_TENSORS * Long.BYTES;
  static final long ERROR = ERROR_LENGTH + 8;
  static final int MAX_ERROR_BYTES = 16_384;

  /// The trace that the task belongs to, as text.
  static final long TRACE = ERROR + MAX_ERROR_BYTES;

  /// A multiple of a page, so that a frame of a small task touches one or two.
  static final long FRAME_BYTES = (TRACE + MAX_TRACE_BYTES + 4_095) / 4_096 * 4_096;

  private MailboxLayout() {}

  static long frame(int number) {
    return HEADER_BYTES + number * FRAME_BYTES;
  }

  static long bytes(int frameCount) {
    return frame(frameCount);
  }

  static long ringEntry(int completion) {
    return RING + (long) Math.floorMod(completion, RING_ENTRIES) * Integer.BYTES;
  }

  static long forgetEntry(int number) {
    return FORGET + (long) Math.floorMod(number, FORGET_ENTRIES) * Long.BYTES;
  }

  static long tensor(long frame, int place) {
    return frame + TENSORS + place * TENSOR_BYTES;
  }
}

package io.sluice.worker.process;

import static io.sluice.worker.process.MailboxLayout.ROWS_TO_SAY;
import static io.sluice.worker.process.MailboxLayout.TENSOR_FLAGS;
import static io.sluice.worker.process.MailboxLayout.WRITABLE;
import static io.sluice.worker.process.MailboxLayout.ZERO_FIRST;

import io.sluice.error.InvalidTaskException;
import io.sluice.error.ResultClosedException;
import io.sluice.memory.Lease;
import io.sluice.memory.StoredTensor;
import io.sluice.memory.TensorViews;
import io.sluice.task.Box;
import io.sluice.task.DType;
import io.sluice.task.KernelContext;
import io.sluice.task.Shape;
import io.sluice.task.TaskId;
import io.sluice.task.Tensor;
import io.sluice.task.TensorRef;
import io.sluice.task.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/// What a kernel in a worker process sees of its task, read from the task's frame.
///
/// The handles of the parent are not here: tensors go by their place, and of the subscriber's context
/// there is the trace, if it has one.
final class ChildContext implements KernelContext {
  private final ChildMailbox mailbox;
  private final int number;
  private final long frame;
  private final MemorySegment memory;
  private final String worker;
  private final ChildSegments segments;
  private final Lease lease;
  private final @Nullable TensorView[] views;
  private long @Nullable [] saidRows;

  ChildContext(
      ChildMailbox mailbox, int number, String worker, ChildSegments segments, Lease lease) {
    this.mailbox = mailbox;
    this.number = number;
    this.frame = MailboxLayout.frame(number);
    this.memory = mailbox.memory();
    this.worker = worker;
    this.segments = segments;
    this.lease = lease;
    this.views = new @Nullable TensorView[intAt(MailboxLayout.TENSOR_COUNT)];
  }

  private int intAt(long offset) {
    return Words.getInt(memory, frame + offset);
  }

  private long longAt(long offset) {
    return Words.getLong(memory, frame + offset);
  }

  int kernel() {
    return intAt(MailboxLayout.KERNEL);
  }

  /// Sets to zero what the task is to find so.
  void zeroFresh() {
    for (int i = 0; i < views.length; i++) {
      if (hasFlag(i, ZERO_FIRST)) {
        tensor(i).fillBytes((byte) 0);
      }
    }
  }

  private boolean hasFlag(int tensor, int flag) {
    return (memory.get(ValueLayout.JAVA_BYTE, MailboxLayout.tensor(frame, tensor) + TENSOR_FLAGS)
            & flag)
        != 0;
  }

  @Override
  public TaskId taskId() {
    return new TaskId(longAt(MailboxLayout.TASK_EPOCH), longAt(MailboxLayout.TASK_SEQUENCE));
  }

  @Override
  public String taskName() {
    return text(MailboxLayout.NAME, intAt(MailboxLayout.NAME_LENGTH));
  }

  private String text(long offset, int length) {
    byte[] bytes = memory.asSlice(frame + offset, length).toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// Nothing but the trace crosses the boundary.
  @Override
  public ContextView contextView() {
    int length = intAt(MailboxLayout.TRACE_LENGTH);
    return length == 0
        ? Context.empty()
        : Context.of(TRACE_PARENT, text(MailboxLayout.TRACE, length));
  }

  @Override
  public int memberIndex() {
    return intAt(MailboxLayout.MEMBER_INDEX);
  }

  @Override
  public int memberCount() {
    return intAt(MailboxLayout.MEMBER_COUNT);
  }

  @Override
  public int attempt() {
    return intAt(MailboxLayout.ATTEMPT);
  }

  @Override
  public String workerName() {
    return worker;
  }

  @Override
  public int tensorCount() {
    return views.length;
  }

  @Override
  public TensorView tensor(int index) {
    checkTensor(index);
    TensorView view = views[index];
    if (view == null) {
      view = viewOf(index);
      views[index] = view;
    }
    return view;
  }

  private void checkTensor(int index) {
    if (index < 0 || index >= views.length) {
      throw new IndexOutOfBoundsException(
          "task '%s' names %d tensor(s), tensor(%d) was asked for"
              .formatted(taskName(), views.length, index));
    }
  }

  private TensorView viewOf(int index) {
    long at = MailboxLayout.tensor(frame, index);
    int rank = memory.get(ValueLayout.JAVA_BYTE, at + MailboxLayout.TENSOR_RANK);
    DType dtype =
        DTypeCodes.typeOf(memory.get(ValueLayout.JAVA_BYTE, at + MailboxLayout.TENSOR_DTYPE));
    long rows = Words.getLong(memory, at + MailboxLayout.TENSOR_ROWS);
    Shape shape = Shape.of(longs(at + MailboxLayout.TENSOR_EXTENTS, rank)).withRows(rows);
    Box box =
        Box.of(
                longs(at + MailboxLayout.TENSOR_FROM, rank),
                longs(at + MailboxLayout.TENSOR_TO, rank))
            .withinRows(rows);
    MemorySegment segment =
        segments.get(
            Words.getLong(memory, at + MailboxLayout.TENSOR_SEGMENT),
            Words.getInt(memory, at + MailboxLayout.TENSOR_DESCRIPTOR),
            Words.getLong(memory, at + MailboxLayout.TENSOR_SEGMENT_BYTES));
    StoredTensor stored =
        new StoredTensor(
            new Place(index),
            dtype,
            shape,
            Words.getLong(memory, at + MailboxLayout.TENSOR_OFFSET));
    return TensorViews.of(segment, stored, box, hasFlag(index, WRITABLE), lease);
  }

  private long[] longs(long offset, int count) {
    return memory.asSlice(offset, (long) count * Long.BYTES).toArray(ValueLayout.JAVA_LONG);
  }

  @Override
  public TensorView tensor(TensorRef ref) {
    throw byHandle("tensor(ref)", "tensor(index)");
  }

  private InvalidTaskException byHandle(String asked, String instead) {
    return new InvalidTaskException(
        taskName(),
        "its kernel called %s in a worker process, where there are no handles; use %s"
            .formatted(asked, instead));
  }

  @Override
  public void setRows(Tensor tensor, long rows) {
    throw byHandle("setRows(tensor, rows)", "setRows(index, rows)");
  }

  @Override
  public void setRows(int index, long rows) {
    if (!lease.isOpen()) {
      throw new ResultClosedException("the kernel has ended; it can't set rows any more");
    }
    checkTensor(index);
    if (!hasFlag(index, ROWS_TO_SAY)) {
      throw new InvalidTaskException(
          taskName(),
          "its kernel sets the rows of tensor %d; set those of a tensor with atMost() that it names OUT"
              .formatted(index));
    }
    long most = tensor(index).shape().extent(0);
    if (rows < 0 || rows > most) {
      throw new InvalidTaskException(
          taskName(),
          "its kernel sets %d row(s) of tensor %d; set 0 to %d, or give it a larger maximum"
              .formatted(rows, index, most));
    }
    long[] said = saidRows;
    if (said == null) {
      said = new long[views.length];
      Arrays.fill(said, -1);
      saidRows = said;
    }
    said[index] = rows;
  }

  long @Nullable [] saidRows() {
    return saidRows;
  }

  @Override
  public int scalarCount() {
    return intAt(MailboxLayout.SCALAR_COUNT);
  }

  @Override
  public long scalarLong(int index) {
    return scalar(index, 0, "long", "double");
  }

  @Override
  public double scalarDouble(int index) {
    return Double.longBitsToDouble(scalar(index, 1, "double", "long"));
  }

  private long scalar(int index, int kind, String asked, String given) {
    if (index < 0 || index >= scalarCount()) {
      throw new IndexOutOfBoundsException(
          "task '%s' has %d scalar(s), scalar(%d) was asked for"
              .formatted(taskName(), scalarCount(), index));
    }
    if (memory.get(ValueLayout.JAVA_BYTE, frame + MailboxLayout.SCALAR_KINDS + index) != kind) {
      throw new InvalidTaskException(
          taskName(),
          "scalar %d was given as a %s, asked for as a %s".formatted(index, given, asked));
    }
    return longAt(MailboxLayout.SCALARS + (long) index * Long.BYTES);
  }

  @Override
  public boolean isCancelled() {
    return mailbox.stopWord(number) != MailboxLayout.GO_ON;
  }

  /// By what errors call a tensor; the text is made when it is needed.
  private record Place(int index) {
    @Override
    public String toString() {
      return "tensor " + index;
    }
  }
}

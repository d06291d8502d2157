package io.sluice.task;

import io.sluice.error.InvalidTaskException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A handle to an n-dimensional, row-major array of one [DType]. Made without memory.
///
/// A task that names it `OUT` gives it bytes: a slab of the heap, in the same step that gives the
/// task its id. Each such task makes a new *version*; tasks admitted before keep the old one. A
/// tensor with storage of its own (`Task.alloc`, or a [UserTensor]) is written in place instead.
///
/// Identity is what counts: two tensors with the same name are two tensors. A handle may be used in
/// several runs of one runtime, never in two runtimes. It is safe to share between threads.
public abstract sealed class Tensor implements TensorRef permits HeapTensor, UserTensor {
  private static final VarHandle ENGINE_RECORD;

  static {
    try {
      ENGINE_RECORD =
          MethodHandles.lookup().findVarHandle(Tensor.class, "engineRecord", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final @Nullable String name;
  private final DType dtype;
  private final Shape shape;
  private final Box box;
  private final boolean zeroed;
  private final boolean atMost;

  /// What the engine keeps about this tensor; once it is set, owned by the engine's thread.
  @SuppressWarnings("unused")
  private volatile @Nullable Object engineRecord;

  Tensor(@Nullable String name, DType dtype, Shape shape, boolean zeroed, boolean atMost) {
    var _ = shape.byteSize(subject(name), dtype);
    this.name = name;
    this.dtype = dtype;
    this.shape = shape;
    this.box = Box.whole(shape);
    this.zeroed = zeroed;
    this.atMost = atMost;
  }

  private static String subject(@Nullable String name) {
    return name == null ? "a tensor" : "tensor '" + name + "'";
  }

  /// A tensor without memory, of this type and shape.
  ///
  /// @param extents elements along each axis, slowest first
  /// @throws InvalidTaskException for no dtype, 0 or more than 8 dimensions, a dimension below 1, or
  ///     more than 2^62 bytes
  public static Tensor of(DType dtype, long... extents) {
    return new HeapTensor(null, dtype, Shape.of(extents), false, false);
  }

  /// The same, with a name for errors, events and diagnoses, which need not be unique.
  ///
  /// @throws InvalidTaskException as for [#of], or if the name is null or blank
  public static Tensor named(String name, DType dtype, long... extents) {
    String checked = Names.checked("a tensor", name);
    return new HeapTensor(checked, dtype, Shape.of(subject(checked), extents), false, false);
  }

  /// A tensor like this one, but another identity, whose fresh bytes are zero instead of undefined.
  ///
  /// @throws InvalidTaskException if it is user-owned, and so was zeroed when it was made
  public Tensor zeroed() {
    if (isUserOwned()) {
      throw InvalidTaskException.of(
          toString(), "it is user-owned and was zeroed when it was made; leave zeroed() out");
    }
    return new HeapTensor(name, dtype, shape, true, atMost);
  }

  /// A tensor like this one, but another identity, whose extent along the first axis is a maximum: the
  /// task that writes it anew says how many rows it used, from 0 on, by [KernelContext#setRows] or
  /// [Task#fillUpTo]; all, if it does not say.
  ///
  /// The writer needs bytes for the maximum, and sees that shape. When it has completed, all others see
  /// the shape with the rows used, and the bytes behind go back to the heap as far as its policy allows.
  /// It is touched as a whole, `IN`, `OUT` or `INOUT`: it has no slices and can't be an `alloc`.
  ///
  /// @throws InvalidTaskException if it is user-owned
  public Tensor atMost() {
    if (isUserOwned()) {
      throw InvalidTaskException.of(
          toString(), "it is user-owned and keeps its bytes; leave atMost() out");
    }
    return new HeapTensor(name, dtype, shape, zeroed, true);
  }

  /// The box that one range along each leading axis spans; axes without a range are whole.
  ///
  /// A slice is never a new version: even one of the whole tensor is written in place.
  ///
  /// @throws InvalidTaskException if there are more ranges than axes, or one is null, empty or out of
  ///     range, or if the tensor's rows are a maximum ([#atMost])
  public TensorSlice slice(Range... ranges) {
    if (atMost) {
      throw badSlice(
          ranges, "can't be taken where the rows are a maximum, so that it might be empty");
    }
    return new TensorSlice(this, boxOf(ranges));
  }

  /// The elements from `from` to `to`, without `to`, along the first axis.
  ///
  /// @throws InvalidTaskException if the range is empty or out of range
  public TensorSlice rows(long from, long to) {
    return slice(Range.of(from, to));
  }

  private Box boxOf(Range @Nullable [] ranges) {
    if (ranges == null || ranges.length > shape.rank()) {
      throw badSlice(ranges, "must have at most %d ranges, one an axis".formatted(shape.rank()));
    }
    long[] from = new long[shape.rank()];
    long[] to = shape.extents();
    for (int axis = 0; axis < ranges.length; axis++) {
      Range range = ranges[axis];
      if (Range.all().equals(range)) {
        continue;
      }
      if (range == null || !range.isWithin(to[axis])) {
        throw badSlice(
            ranges,
            "must have a non-empty range within 0:%d along axis %d, was %s"
                .formatted(to[axis], axis, range));
      }
      from[axis] = range.from();
      to[axis] = range.to();
    }
    return Box.of(from, to);
  }

  private InvalidTaskException badSlice(Range @Nullable [] ranges, String rule) {
    return InvalidTaskException.of(
        toString(), "slice " + Arrays.toString(ranges) + " " + rule + "; change the slice");
  }

  @Override
  public final Tensor tensor() {
    return this;
  }

  @Override
  public final Box box() {
    return box;
  }

  @Override
  public final DType dtype() {
    return dtype;
  }

  @Override
  public final Shape shape() {
    return shape;
  }

  /// The name given, if any.
  public final @Nullable String name() {
    return name;
  }

  /// Bytes of all elements, at most 2^62.
  public final long byteSize() {
    return shape.elementCount() * dtype.byteSize();
  }

  /// Whether fresh bytes are zero; true for a user-owned tensor.
  public final boolean isZeroed() {
    return zeroed;
  }

  /// Whether the extent along the first axis is a maximum.
  public final boolean isAtMost() {
    return atMost;
  }

  /// Whether it lives outside the heap, in a segment of its own.
  public final boolean isUserOwned() {
    return this instanceof UserTensor;
  }

  final @Nullable Object engineRecord() {
    return engineRecord;
  }

  /// Sets the engine's record if there is none yet; returns the one that is there then.
  final Object claimEngineRecord(Object record) {
    Object before = ENGINE_RECORD.compareAndExchange(this, null, record);
    return before == null ? record : before;
  }

  /// Sets another record, in place of one of the same engine.
  final void replaceEngineRecord(Object record) {
    ENGINE_RECORD.setRelease(this, record);
  }

  /// Such as `tensor 'rgb' UINT8[480, 640, 3]`.
  @Override
  public final String toString() {
    return (name == null ? "tensor" : subject(name))
        + " "
        + dtype
        + (atMost ? " at most " : "")
        + shape;
  }
}

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

  /// What the engine keeps about this tensor; set once, owned by the engine's thread from then on.
  @SuppressWarnings("unused")
  private volatile @Nullable Object engineRecord;

  Tensor(@Nullable String name, DType dtype, Shape shape, boolean zeroed) {
    shape.byteSize(dtype);
    this.name = name;
    this.dtype = dtype;
    this.shape = shape;
    this.box = Box.whole(shape.extents());
    this.zeroed = zeroed;
  }

  /// A tensor without memory, of this type and shape.
  ///
  /// @throws InvalidTaskException for 0 or more than 8 dimensions, a dimension below 1, or a size
  ///     that overflows
  public static Tensor of(DType dtype, long... extents) {
    return new HeapTensor(null, dtype, Shape.of(extents), false);
  }

  /// The same, with a name for errors, events and diagnoses.
  public static Tensor named(String name, DType dtype, long... extents) {
    return new HeapTensor(Names.checked("tensor", name), dtype, Shape.of(name, extents), false);
  }

  /// A tensor like this one, another identity, whose fresh bytes are zero instead of undefined.
  public Tensor zeroed() {
    return new HeapTensor(name, dtype, shape, true);
  }

  /// The box that one range along each leading axis spans; axes without a range are whole.
  ///
  /// @throws InvalidTaskException if there are more ranges than axes, or one is empty or out of
  ///     range
  public TensorSlice slice(Range... ranges) {
    return new TensorSlice(this, boxOf(ranges));
  }

  /// The elements from `from` to `to`, without `to`, along the first axis.
  public TensorSlice rows(long from, long to) {
    return slice(Range.of(from, to));
  }

  private Box boxOf(Range[] ranges) {
    if (ranges.length > shape.rank()) {
      throw badSlice(ranges, "has more ranges than the tensor has dimensions");
    }
    long[] from = new long[shape.rank()];
    long[] to = shape.extents();
    for (int axis = 0; axis < ranges.length; axis++) {
      Range range = ranges[axis];
      if (range.equals(Range.all())) {
        continue;
      }
      if (range.from() < 0 || range.to() > to[axis] || range.from() >= range.to()) {
        throw badSlice(ranges, "must be a non-empty range inside the tensor along axis " + axis);
      }
      from[axis] = range.from();
      to[axis] = range.to();
    }
    return Box.of(from, to);
  }

  private InvalidTaskException badSlice(Range[] ranges, String rule) {
    return new InvalidTaskException(
        toString(), "slice " + Arrays.toString(ranges) + " " + rule + "; its shape is " + shape);
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

  /// Bytes of all elements.
  public final long byteSize() {
    return shape.elementCount() * dtype.byteSize();
  }

  /// Whether fresh bytes are zero.
  public final boolean isZeroed() {
    return zeroed;
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

  @Override
  public final String toString() {
    return (name == null ? "tensor" : name) + " " + dtype + shape;
  }
}

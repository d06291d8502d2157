package io.sluice.task;

import java.lang.foreign.MemorySegment;
import java.util.function.Function;

/// The bytes of a tensor or slice, lent for a while: to a kernel until it returns, to the reader of
/// a result until the result is closed, to a user inside [UserTensor#read].
///
/// Elements are addressed by their row-major index within the view, 0 to [#elementCount()] - 1,
/// whether or not the bytes are contiguous. Each access checks that the view is still lent, reads
/// again after they have read, so that what comes back is never another task's bytes. Bytes are in
/// native order.
///
/// A real value that is stored becomes the nearest value of the dtype, ties to even. What is too
/// large becomes infinity, or where there is none the largest value. NaN becomes 0 in an integer and
/// the largest value in FP4E2M1, which has none. BOOL reads as 0 or 1 and stores 1 for all but 0.
///
/// Not thread-safe beyond what the elements themselves are: threads may touch different
/// elements.
///
/// Errors: `IndexOutOfBoundsException` for an index outside the view;
/// [io.sluice.error.ResultClosedException] once the view has ended; `UnsupportedOperationException`
/// for a write to a view that only reads.
public interface TensorView {
  /// The type of the elements.
  DType dtype();

  /// The shape of what is viewed; of a slice, that of its box.
  Shape shape();

  /// Elements in all; indices end below.
  long elementCount();

  /// Bytes of all elements of the view.
  long byteSize();

  /// Whether the elements follow each other without gaps.
  boolean isContiguous();

  /// Whether it may be written: in a kernel unless it is named `IN`, in a `fill`, in
  /// [UserTensor#write].
  boolean isWritable();

  /// The row-major index of these coordinates, one an axis, each from 0 within the view.
  long indexOf(long... coordinates);

  /// The element as a `float`, converted from any dtype.
  float getFloat(long index);

  /// The element as a `double`, converted from any dtype.
  double getDouble(long index);

  /// The element as an `int`; unsigned types of up to 16 bits widen without a sign, real ones are
  /// truncated.
  int getInt(long index);

  /// The element as a `long`; unsigned types of up to 32 bits widen without a sign, real ones are
  /// truncated.
  long getLong(long index);

  /// Whether the element is not zero.
  boolean getBoolean(long index);

  /// Stores the nearest value of the dtype.
  void setFloat(long index, float value);

  /// Stores the nearest value of the dtype.
  void setDouble(long index, double value);

  /// Stores the low bits for integer dtypes, the nearest value for real ones.
  void setInt(long index, int value);

  /// Stores the low bits for integer dtypes, the nearest value for real ones.
  void setLong(long index, long value);

  /// Stores 1 for true, 0 for false, as the dtype has them.
  void setBoolean(long index, boolean value);

  /// Copies `count` elements from `index` on; the dtype must be FLOAT32. If the view ends meanwhile,
  /// the target's elements are 0. So with the other arrays.
  void copyTo(long index, float[] target, int offset, int count);

  /// The dtype must be FLOAT64.
  void copyTo(long index, double[] target, int offset, int count);

  /// The dtype must have one byte.
  void copyTo(long index, byte[] target, int offset, int count);

  /// The dtype must have two bytes; bits are copied as they are.
  void copyTo(long index, short[] target, int offset, int count);

  /// The dtype must be an integer of four bytes.
  void copyTo(long index, int[] target, int offset, int count);

  /// The dtype must be an integer of eight bytes.
  void copyTo(long index, long[] target, int offset, int count);

  /// Copies `count` elements in, from `index` on; the dtype must be FLOAT32.
  void copyFrom(long index, float[] source, int offset, int count);

  /// The dtype must be FLOAT64.
  void copyFrom(long index, double[] source, int offset, int count);

  /// The dtype must have one byte.
  void copyFrom(long index, byte[] source, int offset, int count);

  /// The dtype must have two bytes; bits are copied as they are.
  void copyFrom(long index, short[] source, int offset, int count);

  /// The dtype must be an integer of four bytes.
  void copyFrom(long index, int[] source, int offset, int count);

  /// The dtype must be an integer of eight bytes.
  void copyFrom(long index, long[] source, int offset, int count);

  /// Copies all elements of `source`, which must have the same dtype and element count and share no
  /// element with this view.
  void copyFrom(TensorView source);

  /// Sets all bytes to `value`.
  void fillBytes(byte value);

  /// Lends the bytes as one segment, for bulk work, until `user` returns. Kept longer, it is
  /// undefined what it shows.
  ///
  /// @throws IllegalStateException if the view is not contiguous
  <R> R withSegment(Function<? super MemorySegment, ? extends R> user);
}

package io.sluice.memory;

import io.sluice.task.DType;
import io.sluice.task.Shape;

/// Where the bytes of one version of a tensor lie in a region: row-major, in native order, without
/// gaps, from `offsetBytes` on.
///
/// @param name what errors call it; its text is asked for only then
/// @param offsetBytes a multiple of the element's size; slabs are aligned to 1024
public record StoredTensor(Object name, DType dtype, Shape shape, long offsetBytes) {
  public StoredTensor {
    if (offsetBytes < 0 || (offsetBytes & (dtype.byteSize() - 1)) != 0) {
      throw new IllegalArgumentException(
          "offsetBytes of %s must be a multiple of %d and not negative, was %d; this is a bug"
              .formatted(name, dtype.byteSize(), offsetBytes));
    }
  }

  public long byteSize() {
    return shape.byteSize(dtype);
  }

  @Override
  public String toString() {
    return name.toString();
  }
}

package io.sluice.sim;

import io.sluice.task.Box;
import io.sluice.task.Shape;
import io.sluice.task.Tensor;
import java.util.function.IntConsumer;

/// The elements of a box by their row-major index in the whole tensor.
final class Elements {
  private Elements() {}

  static void forEach(Tensor tensor, Box box, IntConsumer visitor) {
    visit(tensor.shape(), box, 0, 0, visitor);
  }

  private static void visit(Shape shape, Box box, int axis, long before, IntConsumer visitor) {
    long start = before * shape.extent(axis);
    for (long i = box.from(axis); i < box.to(axis); i++) {
      if (axis == shape.rank() - 1) {
        visitor.accept((int) (start + i));
      } else {
        visit(shape, box, axis + 1, start + i, visitor);
      }
    }
  }
}

package io.sluice.matrix;

import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;

/// The tasks of the matrix: each writes its number to a slab of its own and yields it.
final class Tasks {
  static final int SLAB_BYTES = 1_024;
  static final int HEAP_SLABS = 8;

  private static final String UNREADABLE = "unreadable";

  private Tasks() {}

  static Task writing(int number) {
    return writing("write " + number, number);
  }

  /// One whose result [#read] fails for.
  static Task unreadable() {
    return writing(UNREADABLE, 0);
  }

  static Task failing() {
    return Task.call(
            "failing",
            context -> {
              throw new IllegalStateException("the kernel fails");
            })
        .out(slabs(1));
  }

  /// One that takes the whole heap.
  static Task filling() {
    return Task.call("stranger", context -> {}).out(slabs(HEAP_SLABS));
  }

  /// One that takes no bytes.
  static Task plain(String name) {
    return Task.call(name, context -> {});
  }

  /// One that no heap of the matrix could hold.
  static Task tooLarge() {
    return Task.call("large", context -> {}).out(slabs(HEAP_SLABS + 1));
  }

  private static Task writing(String name, int number) {
    Tensor tensor = slabs(1);
    return Task.call(name, context -> context.tensor(0).setInt(0, number))
        .out(tensor)
        .yields(tensor);
  }

  private static Tensor slabs(int count) {
    return Tensor.of(DType.UINT8, (long) count * SLAB_BYTES);
  }

  /// What [#writing] wrote; for readers.
  static Integer read(TaskResult result) {
    if (result.task().name().equals(UNREADABLE)) {
      throw new IllegalStateException("the reader throws, as the test wants it");
    }
    return result.view(result.task().yielded().getFirst()).getInt(0);
  }

  /// The same, and gives the bytes back.
  static Integer readAndClose(TaskResult result) {
    try (result) {
      return read(result);
    }
  }

  /// What a well-behaved subscriber does with an element, whatever it is: a result is given back.
  ///
  /// @return the number that was written; 0 if the element has none
  static int take(Object element) {
    if (element instanceof TaskResult result) {
      return readAndClose(result);
    }
    return element instanceof Integer number ? number : 0;
  }
}

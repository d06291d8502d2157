package io.sluice.test;

import io.sluice.task.TaskResult;
import io.sluice.task.TensorRef;
import io.sluice.task.TensorView;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/// An element that a pipeline has emitted, as it is compared with those of other schedules: arrays by
/// their contents, results by the name of their task and the bytes that they yield.
///
/// @param content compared in depth
record Value(Object content) {

  /// Reads a result's bytes, which must be open.
  static Value of(Object element) {
    return switch (element) {
      case TaskResult result -> new Value(contentOf(result));
      case Collection<?> several -> new Value(several.stream().map(Value::ofNullable).toArray());
      default -> new Value(element);
    };
  }

  private static Value ofNullable(Object element) {
    return element == null ? new Value("null") : of(element);
  }

  private static Object[] contentOf(TaskResult result) {
    List<TensorRef> yielded = result.task().yielded();
    Object[] content = new Object[yielded.size() + 1];
    content[0] = result.task().name();
    for (int i = 0; i < yielded.size(); i++) {
      content[i + 1] = elementsOf(result.view(yielded.get(i)));
    }
    return content;
  }

  private static Object elementsOf(TensorView view) {
    if (view.isContiguous()) {
      return view.withSegment(bytes -> bytes.toArray(ValueLayout.JAVA_BYTE));
    }
    double[] elements = new double[Math.toIntExact(view.elementCount())];
    Arrays.setAll(elements, view::getDouble);
    return elements;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Value value && Objects.deepEquals(content, value.content);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(new Object[] {content});
  }

  @Override
  public String toString() {
    String text = Arrays.deepToString(new Object[] {content});
    return text.substring(1, text.length() - 1);
  }
}

package io.sluice.examples.jdkindex;

import io.sluice.task.TaskResult;
import io.sluice.task.TensorRef;
import io.sluice.task.TensorView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Whom one class refers to.
///
/// @param from the class that refers
/// @param counts for each class that it names, arrays of it included and itself not, how often: once as
///     a class, and for each member
record References(String from, Map<String, Integer> counts) {

  References(String from) {
    this(from, new TreeMap<>());
  }

  /// Reads a result while its bytes are held; only that of the last task of a file has any.
  static Optional<References> read(TaskResult result) {
    List<TensorRef> yielded = result.task().yielded();
    return yielded.isEmpty()
        ? Optional.empty()
        : Optional.of(
            read(
                new ConstantPool(result.view(yielded.get(0)), result.view(yielded.get(1))),
                result.view(yielded.get(2))));
  }

  private static References read(ConstantPool pool, TensorView counts) {
    References references = new References(pool.ownName());
    for (int entry = 1; entry < pool.count(); entry++) {
      if (pool.isClass(entry)) {
        references.add(pool.className(entry), counts.getInt(entry));
      }
    }
    return references;
  }

  void add(String className, int count) {
    String to = elementOf(className);
    if (!to.isEmpty() && !to.equals(from)) {
      counts.merge(to, count, Integer::sum);
    }
  }

  /// The class itself, or what an array is made of; nothing for arrays of numbers.
  private static String elementOf(String className) {
    String element = className.substring(className.lastIndexOf('[') + 1);
    boolean isArray = element.length() < className.length();
    if (!isArray) {
      return className;
    }
    return element.endsWith(";") ? element.substring(1, element.length() - 1) : "";
  }
}

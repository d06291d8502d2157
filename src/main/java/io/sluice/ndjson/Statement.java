package io.sluice.ndjson;

import io.sluice.task.Task;
import io.sluice.task.TensorRef;
import java.util.Map;

/// What a line says.
sealed interface Statement {
  /// A task.
  ///
  /// @param task as it is submitted
  /// @param yields what its result yields, by name, in the order of the line
  record Submission(Task task, Map<String, TensorRef> yields) implements Statement {}

  /// What comes behind is in a scope of its own.
  record ScopeBegin() implements Statement {}

  /// The scope that began last has ended.
  record ScopeEnd() implements Statement {}
}

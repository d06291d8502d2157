package io.sluice.ndjson;

import io.sluice.error.SluiceException;
import io.sluice.task.Kernel;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Makes a [Statement] of a line.
///
/// ```
/// {"kernel": "blur", "args": [{"in": "a"}, {"out": "b", "dtype": "UINT8", "shape": [4]}], ...}
/// {"fill": "a", "dtype": "UINT8", "shape": [4], "base64": "AAECAw=="}
/// {"alloc": "c", "dtype": "UINT8", "shape": [4]}
/// {"scope": "begin"}  {"scope": "end"}
/// ```
///
/// Immutable.
final class StatementReader {
  private static final Set<String> FILL_FIELDS =
      Set.of("fill", "dtype", "shape", "base64", "values", "id", "after");
  private static final Set<String> ALLOC_FIELDS = Set.of("alloc", "dtype", "shape");
  private static final Set<String> SCOPE_FIELDS = Set.of("scope");
  private final Function<String, @Nullable Kernel> kernels;

  /// @param kernels the kernel of a name; null where there is none
  StatementReader(Function<String, @Nullable Kernel> kernels) {
    this.kernels = kernels;
  }

  /// What the line says, where names mean what they mean in this scope.
  ///
  /// @throws NdjsonException if it breaks a rule, of the format or of tasks
  Statement read(Line line, ScopeNames names) {
    JsonLine json = JsonLine.of(line);
    try {
      return statement(json, names);
    } catch (SluiceException broken) {
      throw json.refusal("a task must keep the rules", broken.getMessage());
    }
  }

  private Statement statement(JsonLine json, ScopeNames names) {
    if (json.has("kernel")) {
      return new CallLine(json, names).statement(kernel(json));
    }
    if (json.has("fill")) {
      json.checkFields(FILL_FIELDS);
      Tensor tensor = names.tensor(json, "fill");
      Task fill = Task.fill(tensor, TensorData.writer(json, tensor)).named(json.text("fill"));
      return plain(names.ordered(json, fill));
    }
    if (json.has("alloc")) {
      json.checkFields(ALLOC_FIELDS);
      return plain(names.alloc(names.tensor(json, "alloc")));
    }
    if (json.has("scope")) {
      json.checkFields(SCOPE_FIELDS);
      return scope(json);
    }
    throw json.refusal("a line must have one of kernel, fill, alloc, scope", "none of them");
  }

  private static Statement plain(Task task) {
    return new Statement.Submission(task, Map.of());
  }

  private static Statement scope(JsonLine json) {
    return switch (json.text("scope")) {
      case "begin" -> new Statement.ScopeBegin();
      case "end" -> new Statement.ScopeEnd();
      default -> throw json.refusal("scope must be begin or end", json.text("scope"));
    };
  }

  private Kernel kernel(JsonLine json) {
    Kernel kernel = kernels.apply(json.text("kernel"));
    if (kernel == null) {
      throw json.refusal("kernel must be a name of the library", json.text("kernel"));
    }
    return kernel;
  }
}

package io.sluice.ndjson;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.error.SluiceException;
import io.sluice.task.Access;
import io.sluice.task.Kernel;
import io.sluice.task.Range;
import io.sluice.task.Task;
import io.sluice.task.TaskRetry;
import io.sluice.task.Tensor;
import io.sluice.task.TensorRef;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  private static final Map<String, Access> ACCESSES =
      Map.of(
          "in", Access.IN,
          "out", Access.OUT,
          "inout", Access.INOUT,
          "outExisting", Access.OUT_EXISTING,
          "noDep", Access.NO_DEP);

  private static final Set<String> CALL_FIELDS =
      Set.of(
          "kernel",
          "name",
          "args",
          "scalars",
          "yields",
          "last",
          "pool",
          "priority",
          "timeoutMs",
          "retries",
          "idempotent");
  private static final Set<String> ARGUMENT_FIELDS =
      Set.of("in", "out", "inout", "outExisting", "noDep", "dtype", "shape", "slice");
  private static final Set<String> FILL_FIELDS =
      Set.of("fill", "dtype", "shape", "base64", "values");
  private static final Set<String> ALLOC_FIELDS = Set.of("alloc", "dtype", "shape");
  private static final Set<String> SCOPE_FIELDS = Set.of("scope");
  private static final int MAX_RETRIES = 100;
  private static final long MAX_TIMEOUT_MS = Duration.ofDays(365).toMillis();

  private final Function<String, @Nullable Kernel> kernels;

  /// @param kernels the kernel of a name; null where there is none
  StatementReader(Function<String, @Nullable Kernel> kernels) {
    this.kernels = kernels;
  }

  /// What the line says, where names mean what they mean in this scope.
  ///
  /// @throws NdjsonException if it breaks a rule, of the format or of tasks
  Statement read(Line line, TensorNames names) {
    JsonLine json = JsonLine.of(line);
    try {
      return statement(json, names);
    } catch (SluiceException broken) {
      throw json.refusal("a task must keep the rules", broken.getMessage());
    }
  }

  private Statement statement(JsonLine json, TensorNames names) {
    if (json.has("kernel")) {
      return new Call(json, names).statement();
    }
    if (json.has("fill")) {
      json.checkFields(FILL_FIELDS);
      Tensor tensor = names.named(json, "fill");
      return plain(Task.fill(tensor, TensorData.writer(json, tensor)).named(json.text("fill")));
    }
    if (json.has("alloc")) {
      json.checkFields(ALLOC_FIELDS);
      return plain(Task.alloc(names.named(json, "alloc")));
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

  /// A line that calls a kernel.
  private final class Call {
    private final JsonLine json;
    private final TensorNames names;
    private final Map<String, TensorRef> refs = new LinkedHashMap<>();
    private Task task;

    Call(JsonLine json, TensorNames names) {
      json.checkFields(CALL_FIELDS);
      this.json = json;
      this.names = names;
      String name = json.textOrNull("name");
      this.task = Task.call(name == null ? json.text("kernel") : name, kernel(json));
    }

    Statement statement() {
      json.objects("args").forEach(this::argument);
      json.array("scalars").forEach(this::scalar);
      Map<String, TensorRef> yields = new LinkedHashMap<>();
      json.texts("yields").forEach(name -> yields.put(name, ref("yields", name)));
      task = task.yields(yields.values().toArray(TensorRef[]::new));
      for (String name : json.texts("last")) {
        task = task.lastUse(ref("last", name).tensor());
      }
      options();
      return new Statement.Submission(task, yields);
    }

    private void argument(JsonLine argument) {
      argument.checkFields(ARGUMENT_FIELDS);
      String field = accessField(argument);
      Tensor tensor = names.named(argument, field);
      TensorRef ref = argument.has("slice") ? tensor.slice(ranges(argument)) : tensor;
      refs.put(argument.text(field), ref);
      task =
          switch (Objects.requireNonNull(ACCESSES.get(field))) {
            case IN -> task.in(ref);
            case OUT -> task.out(ref);
            case INOUT -> task.inout(ref);
            case OUT_EXISTING -> task.outExisting(ref);
            case NO_DEP -> task.noDep(ref);
          };
    }

    private String accessField(JsonLine argument) {
      List<String> given = ACCESSES.keySet().stream().filter(argument::has).sorted().toList();
      if (given.size() != 1) {
        throw argument.refusal(
            "an argument must have one of in, out, inout, outExisting, noDep", given);
      }
      return given.getFirst();
    }

    private Range[] ranges(JsonLine argument) {
      return argument.array("slice").stream()
          .map(range -> range(argument, range))
          .toArray(Range[]::new);
    }

    private Range range(JsonLine argument, JsonNode range) {
      boolean isPair =
          range.isArray()
              && range.size() == 2
              && range.get(0).canConvertToExactIntegral()
              && range.get(0).canConvertToLong()
              && range.get(1).canConvertToExactIntegral()
              && range.get(1).canConvertToLong();
      if (!isPair) {
        throw argument.refusal("slice must be an array of pairs [from, to]", range);
      }
      return Range.of(range.get(0).longValue(), range.get(1).longValue());
    }

    private void scalar(JsonNode value) {
      if (value.isIntegralNumber() && value.canConvertToLong()) {
        task = task.scalar(value.longValue());
      } else if (value.isFloatingPointNumber()) {
        task = task.scalar(value.doubleValue());
      } else {
        throw json.refusal("scalars must be numbers, whole ones of at most 64 bits", value);
      }
    }

    private TensorRef ref(String field, String name) {
      TensorRef ref = refs.get(name);
      if (ref == null) {
        throw json.refusal(field + " must name tensors of args", name);
      }
      return ref;
    }

    private void options() {
      String pool = json.textOrNull("pool");
      if (pool != null) {
        task = task.on(pool);
      }
      if (json.has("priority")) {
        long priority = json.number("priority", Task.LOWEST_PRIORITY, Task.HIGHEST_PRIORITY);
        task = task.priority((int) priority);
      }
      if (json.has("timeoutMs")) {
        task = task.timeout(Duration.ofMillis(json.number("timeoutMs", 1, MAX_TIMEOUT_MS)));
      }
      if (json.has("retries")) {
        task = task.retry(TaskRetry.max(json.number("retries", 0, MAX_RETRIES)));
      }
      if (json.flag("idempotent")) {
        task = task.idempotent();
      }
    }
  }
}

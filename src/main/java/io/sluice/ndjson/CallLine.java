package io.sluice.ndjson;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.task.Access;
import io.sluice.task.Arguments;
import io.sluice.task.Kernel;
import io.sluice.task.Range;
import io.sluice.task.Task;
import io.sluice.task.TaskRetry;
import io.sluice.task.Tensor;
import io.sluice.task.TensorRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// A line that calls a kernel: once, or as the members of a group side by side.
///
/// Read once.
final class CallLine {
  private static final Map<String, Access> ACCESSES =
      Map.of(
          "in", Access.IN,
          "out", Access.OUT,
          "inout", Access.INOUT,
          "outExisting", Access.OUT_EXISTING,
          "noDep", Access.NO_DEP);

  private static final Set<String> FIELDS =
      Set.of(
          "kernel",
          "name",
          "args",
          "scalars",
          "group",
          "yields",
          "last",
          "id",
          "after",
          "pool",
          "workers",
          "priority",
          "timeoutMs",
          "retries",
          "idempotent");
  private static final Set<String> MEMBER_FIELDS = Set.of("args", "scalars");
  private static final Set<String> ARGUMENT_FIELDS =
      Set.of("in", "out", "inout", "outExisting", "noDep", "dtype", "shape", "slice");
  private static final int MAX_RETRIES = 100;
  private static final long MAX_TIMEOUT_MS = Duration.ofDays(365).toMillis();

  private final JsonLine json;
  private final ScopeNames names;
  private final Map<String, TensorRef> refs = new LinkedHashMap<>();
  private final Set<String> namedInSeveralWays = new HashSet<>();

  /// @throws NdjsonException if a field is not known
  CallLine(JsonLine json, ScopeNames names) {
    json.checkFields(FIELDS);
    this.json = json;
    this.names = names;
  }

  /// What is to be submitted.
  ///
  /// @throws NdjsonException if it breaks a rule
  Statement.Submission statement(Kernel kernel) {
    String name = json.has("name") ? json.name("name") : null;
    Task task = Task.group(name == null ? json.text("kernel") : name, kernel, members());
    Map<String, TensorRef> yields = new LinkedHashMap<>();
    json.texts("yields").forEach(yielded -> yields.put(yielded, yielded(yielded)));
    task = task.yields(yields.values().toArray(TensorRef[]::new));
    for (String last : json.texts("last")) {
      task = task.lastUse(ref("last", last).tensor());
    }
    task = names.ordered(json, placed(tried(task)));
    return new Statement.Submission(task, yields);
  }

  private Arguments[] members() {
    if (!json.has("group")) {
      return new Arguments[] {member(json)};
    }
    if (json.has("args") || json.has("scalars")) {
      throw json.refusal(
          "a line must have either group or args and scalars of its own", "both of them");
    }
    List<Arguments> members = new ArrayList<>();
    for (JsonLine member : json.objects("group")) {
      member.checkFields(MEMBER_FIELDS);
      members.add(member(member));
    }
    return members.toArray(Arguments[]::new);
  }

  private Arguments member(JsonLine member) {
    Arguments arguments = Arguments.none();
    for (JsonLine argument : member.objects("args")) {
      arguments = withTensor(arguments, argument);
    }
    for (JsonNode scalar : member.array("scalars")) {
      arguments = withScalar(arguments, scalar);
    }
    return arguments;
  }

  private Arguments withTensor(Arguments arguments, JsonLine argument) {
    argument.checkFields(ARGUMENT_FIELDS);
    String field = accessField(argument);
    Tensor tensor = names.tensor(argument, field);
    TensorRef ref = argument.has("slice") ? tensor.slice(ranges(argument)) : tensor;
    TensorRef before = refs.put(argument.text(field), ref);
    if (before != null && !before.equals(ref)) {
      namedInSeveralWays.add(argument.text(field));
    }
    return switch (Objects.requireNonNull(ACCESSES.get(field))) {
      case IN -> arguments.in(ref);
      case OUT -> arguments.out(ref);
      case INOUT -> arguments.inout(ref);
      case OUT_EXISTING -> arguments.outExisting(ref);
      case NO_DEP -> arguments.noDep(ref);
    };
  }

  private static String accessField(JsonLine argument) {
    List<String> given = ACCESSES.keySet().stream().filter(argument::has).sorted().toList();
    if (given.size() != 1) {
      throw argument.refusal(
          "an argument must have one of in, out, inout, outExisting, noDep", given);
    }
    return given.getFirst();
  }

  private static Range[] ranges(JsonLine argument) {
    return argument.array("slice").stream()
        .map(range -> range(argument, range))
        .toArray(Range[]::new);
  }

  private static Range range(JsonLine argument, JsonNode range) {
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

  private Arguments withScalar(Arguments arguments, JsonNode value) {
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return arguments.scalar(value.longValue());
    }
    if (value.isFloatingPointNumber() && Double.isFinite(value.doubleValue())) {
      return arguments.scalar(value.doubleValue());
    }
    throw json.refusal("scalars must be numbers of at most 64 bits", value);
  }

  private TensorRef yielded(String name) {
    if (namedInSeveralWays.contains(name)) {
      throw json.refusal("yields must name tensors that args have in one slice only", name);
    }
    return ref("yields", name);
  }

  private TensorRef ref(String field, String name) {
    TensorRef ref = refs.get(name);
    if (ref == null) {
      throw json.refusal(field + " must name tensors of args", name);
    }
    return ref;
  }

  private Task placed(Task task) {
    String pool = json.textOrNull("pool");
    if (json.has("workers")) {
      if (pool == null) {
        throw json.refusal("workers must come with the pool that they are of", "no pool");
      }
      return task.on(pool, workers());
    }
    return pool == null ? task : task.on(pool);
  }

  private int[] workers() {
    long[] numbers = json.longs("workers");
    int[] workers = new int[numbers.length];
    for (int i = 0; i < workers.length; i++) {
      if (numbers[i] < 0 || numbers[i] > Integer.MAX_VALUE) {
        throw json.refusal("workers must be numbers of workers, from 0", numbers[i]);
      }
      workers[i] = (int) numbers[i];
    }
    return workers;
  }

  private Task tried(Task task) {
    Task tried = task;
    if (json.has("priority")) {
      long priority = json.number("priority", Task.LOWEST_PRIORITY, Task.HIGHEST_PRIORITY);
      tried = tried.priority((int) priority);
    }
    if (json.has("timeoutMs")) {
      tried = tried.timeout(Duration.ofMillis(json.number("timeoutMs", 1, MAX_TIMEOUT_MS)));
    }
    if (json.has("retries")) {
      tried = tried.retry(TaskRetry.max(json.number("retries", 0, MAX_RETRIES)));
    }
    return json.flag("idempotent") ? tried.idempotent() : tried;
  }
}

package io.sluice.ndjson;

import io.sluice.task.Access;
import io.sluice.task.Argument;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What names stand for, in one scope of a run: those of tensors, and the ids of tasks.
///
/// A tensor's name is known from the line that first gives it a dtype and a shape until the scope of that
/// line ends; inner scopes know it too. A name that begins with `/` stands for a tensor that was stored
/// before. A task's id is known from its line until the scope of that ends.
///
/// **Confinement.** One thread at a time.
/// **Bound.** So many names in all open scopes together as the run may have.
final class ScopeNames {
  private static final String STORED = "/";

  private final @Nullable ScopeNames outer;
  private final Function<String, @Nullable Tensor> stored;
  private final int[] namesLeft;
  private final Map<String, Tensor> tensors = new HashMap<>();
  private final Map<String, Task> tasks = new HashMap<>();

  /// What gives tensors their zeros.
  private final IdentityHashMap<Tensor, Task> allocs = new IdentityHashMap<>();

  private ScopeNames(
      @Nullable ScopeNames outer, Function<String, @Nullable Tensor> stored, int[] namesLeft) {
    this.outer = outer;
    this.stored = stored;
    this.namesLeft = namesLeft;
  }

  /// Of a run's outer scope.
  ///
  /// @param stored what is stored under a name, without the slash
  static ScopeNames outermost(Function<String, @Nullable Tensor> stored, int maxNames) {
    return new ScopeNames(null, stored, new int[] {maxNames});
  }

  ScopeNames inner() {
    return new ScopeNames(this, stored, namesLeft);
  }

  /// The scope has ended, and with it what was named in it.
  void end() {
    namesLeft[0] += tensors.size() + tasks.size();
    tensors.clear();
    tasks.clear();
    allocs.clear();
  }

  /// The tensor that an object names under this field; made if it has dtype and shape and the name is
  /// new. Fresh bytes of such a tensor are zero: what another client left in the heap is nobody's.
  Tensor tensor(JsonLine where, String field) {
    String name = where.name(field);
    if (name.startsWith(STORED)) {
      return storedTensor(where, name);
    }
    Tensor known = find(name, scope -> scope.tensors);
    if (known == null) {
      return declare(where, name);
    }
    checkSame(where, known);
    return known;
  }

  private Tensor storedTensor(JsonLine where, String name) {
    Tensor tensor = stored.apply(name.substring(STORED.length()));
    if (tensor == null) {
      throw where.refusal("a tensor must have been stored before, by PUT /tensors/NAME", name);
    }
    checkSame(where, tensor);
    return tensor;
  }

  /// In this scope, or in the nearest one around it.
  private <T> @Nullable T find(String name, Function<ScopeNames, Map<String, T>> kind) {
    T own = kind.apply(this).get(name);
    return own != null || outer == null ? own : outer.find(name, kind);
  }

  private Tensor declare(JsonLine where, String name) {
    if (!where.has("dtype") || !where.has("shape")) {
      throw where.refusal("a name must have dtype and shape where it first comes", name);
    }
    Tensor tensor = Tensor.named(name, dtype(where), where.longs("shape")).zeroed();
    takeName(where, name);
    tensors.put(name, tensor);
    return tensor;
  }

  private void takeName(JsonLine where, String name) {
    if (namesLeft[0] == 0) {
      throw where.refusal(
          "a run must not have more names of tensors and ids of tasks at once; end scopes", name);
    }
    namesLeft[0]--;
  }

  /// The task that gives a tensor its slab, and zeros.
  Task alloc(Tensor tensor) {
    Task task = Task.alloc(tensor);
    allocs.put(tensor, task);
    return task;
  }

  /// The task as it is to be submitted: behind those that its line names in `after`, and known from here
  /// on by its `id` if it has one. What else it does without an order comes behind the zeros of its tensors
  /// all the same, since a line can't name these.
  Task ordered(JsonLine line, Task task) {
    Set<Task> before = new LinkedHashSet<>();
    line.texts("after").forEach(id -> before.add(task(line, id)));
    for (int member = 0; member < task.memberCount(); member++) {
      task.member(member).tensors().forEach(argument -> addAlloc(argument, before));
    }
    Task ordered = before.isEmpty() ? task : task.after(before.toArray(Task[]::new));
    String id = line.has("id") ? line.name("id") : null;
    if (id != null) {
      if (find(id, scope -> scope.tasks) != null) {
        throw line.refusal("id must not be that of another task in an open scope", id);
      }
      takeName(line, id);
      tasks.put(id, ordered);
    }
    return ordered;
  }

  private void addAlloc(Argument argument, Set<Task> before) {
    Access access = argument.access();
    Task alloc = findAlloc(argument.ref().tensor());
    if (alloc != null && (access == Access.OUT_EXISTING || access == Access.NO_DEP)) {
      before.add(alloc);
    }
  }

  private @Nullable Task findAlloc(Tensor tensor) {
    Task own = allocs.get(tensor);
    return own != null || outer == null ? own : outer.findAlloc(tensor);
  }

  private Task task(JsonLine line, String id) {
    Task task = find(id, scope -> scope.tasks);
    if (task == null) {
      throw line.refusal("after must name ids of tasks before, in scopes that are open", id);
    }
    return task;
  }

  private static void checkSame(JsonLine where, Tensor known) {
    if (where.has("dtype") && dtype(where) != known.dtype()) {
      throw where.refusal("dtype must be that of " + known, dtype(where));
    }
    if (where.has("shape") && !Arrays.equals(where.longs("shape"), known.shape().extents())) {
      throw where.refusal("shape must be that of " + known, Arrays.toString(where.longs("shape")));
    }
  }

  private static DType dtype(JsonLine where) {
    String name = where.text("dtype");
    for (DType each : DType.values()) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    throw where.refusal("dtype must be one of " + Arrays.toString(DType.values()), name);
  }
}

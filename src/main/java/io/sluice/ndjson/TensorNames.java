package io.sluice.ndjson;

import io.sluice.task.DType;
import io.sluice.task.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Which tensor a name stands for, in one scope of a run.
///
/// A name is known from the line that first gives it a dtype and a shape until the scope of that line
/// ends; inner scopes know it too. A name that begins with `/` stands for a tensor that was stored
/// before.
///
/// **Confinement.** One thread at a time.
/// **Bound.** So many names in all open scopes together as the run may have.
final class TensorNames {
  private static final String STORED = "/";

  private final @Nullable TensorNames outer;
  private final Function<String, @Nullable Tensor> stored;
  private final int[] namesLeft;
  private final Map<String, Tensor> tensors = new HashMap<>();

  private TensorNames(
      @Nullable TensorNames outer, Function<String, @Nullable Tensor> stored, int[] namesLeft) {
    this.outer = outer;
    this.stored = stored;
    this.namesLeft = namesLeft;
  }

  /// Of a run's outer scope.
  ///
  /// @param stored what is stored under a name, without the slash
  static TensorNames outermost(Function<String, @Nullable Tensor> stored, int maxNames) {
    return new TensorNames(null, stored, new int[] {maxNames});
  }

  TensorNames inner() {
    return new TensorNames(this, stored, namesLeft);
  }

  /// The scope has ended, and with it what was named in it.
  void end() {
    namesLeft[0] += tensors.size();
    tensors.clear();
  }

  /// The tensor that an object names under this field; made if it has dtype and shape and the name is
  /// new. Fresh bytes of such a tensor are zero: what another client left in the heap is nobody's.
  Tensor named(JsonLine where, String field) {
    String name = where.text(field);
    if (name.startsWith(STORED)) {
      return storedTensor(where, name);
    }
    Tensor known = find(name);
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

  private @Nullable Tensor find(String name) {
    Tensor own = tensors.get(name);
    return own != null || outer == null ? own : outer.find(name);
  }

  private Tensor declare(JsonLine where, String name) {
    if (!where.has("dtype") || !where.has("shape")) {
      throw where.refusal("a name must have dtype and shape where it first comes", name);
    }
    if (namesLeft[0] == 0) {
      throw where.refusal("a run must not have more names of tensors at once; end scopes", name);
    }
    Tensor tensor = Tensor.named(name, dtype(where), where.longs("shape")).zeroed();
    namesLeft[0]--;
    tensors.put(name, tensor);
    return tensor;
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

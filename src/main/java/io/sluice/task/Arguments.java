package io.sluice.task;

import io.sluice.error.InvalidTaskException;
import java.util.Arrays;
import java.util.List;

/// The arguments of one member of a task: tensors with access, then scalars. Immutable.
///
/// **Bound.** At most 256 tensors and 1,024 scalars.
public final class Arguments {
  public static final int MAX_TENSORS = 256;
  public static final int MAX_SCALARS = 1_024;

  private static final Argument[] NO_TENSORS = {};
  private static final Object[] NO_SCALARS = {};
  private static final Arguments NONE = new Arguments(NO_TENSORS, NO_SCALARS);

  private final Argument[] tensors;

  /// `Long` or `Double` each.
  private final Object[] scalars;

  private Arguments(Argument[] tensors, Object[] scalars) {
    this.tensors = tensors;
    this.scalars = scalars;
  }

  /// No arguments yet.
  public static Arguments none() {
    return NONE;
  }

  public Arguments in(TensorRef... refs) {
    return with("a group member", Access.IN, refs);
  }

  public Arguments out(TensorRef... refs) {
    return with("a group member", Access.OUT, refs);
  }

  public Arguments inout(TensorRef... refs) {
    return with("a group member", Access.INOUT, refs);
  }

  public Arguments outExisting(TensorRef... refs) {
    return with("a group member", Access.OUT_EXISTING, refs);
  }

  public Arguments noDep(TensorRef... refs) {
    return with("a group member", Access.NO_DEP, refs);
  }

  public Arguments scalar(long value) {
    return withScalar("a group member", value);
  }

  public Arguments scalar(double value) {
    return withScalar("a group member", value);
  }

  Arguments with(String owner, Access access, TensorRef[] refs) {
    if (scalars.length > 0) {
      throw new InvalidTaskException(
          owner, "tensors must come before scalars, but " + scalars.length + " scalar(s) did");
    }
    int count = tensors.length + refs.length;
    if (count > MAX_TENSORS) {
      throw new InvalidTaskException(
          owner, "may name at most 256 tensors, named " + count + "; split the task");
    }
    Argument[] more = Arrays.copyOf(tensors, count);
    for (int i = 0; i < refs.length; i++) {
      more[tensors.length + i] = new Argument(checked(owner, refs[i]), access);
    }
    return new Arguments(more, NO_SCALARS);
  }

  @SuppressWarnings("ConstantValue")
  private static TensorRef checked(String owner, TensorRef ref) {
    if (ref == null) {
      throw new InvalidTaskException(owner, "a tensor must not be null; name a Tensor or a slice");
    }
    return ref;
  }

  Arguments withScalar(String owner, Object value) {
    if (scalars.length == MAX_SCALARS) {
      throw new InvalidTaskException(
          owner, "may have at most 1,024 scalars, was given one more; pass a tensor instead");
    }
    Object[] more = Arrays.copyOf(scalars, scalars.length + 1);
    more[scalars.length] = value;
    return new Arguments(tensors, more);
  }

  public int tensorCount() {
    return tensors.length;
  }

  public Argument tensor(int index) {
    return tensors[index];
  }

  public List<Argument> tensors() {
    return List.of(tensors);
  }

  public int scalarCount() {
    return scalars.length;
  }

  /// The scalar at this place, from 0: a `Long` or a `Double`.
  public Object scalarValue(int index) {
    return scalars[index];
  }

  @Override
  public String toString() {
    return Arrays.toString(tensors) + Arrays.toString(scalars);
  }
}

package io.sluice.task;

import io.sluice.error.InvalidTaskException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The arguments of one member of a task: tensors with access, then scalars. Immutable: each method
/// returns others.
///
/// ```java
/// Task.group("tile", Tile::kernel,
///     Arguments.none().in(image).out(left), Arguments.none().in(image).out(right))
/// ```
///
/// A tensor may be named more than once where its [Access] allows it, as `in(t).out(t)`, which reads
/// the old version and writes the new.
///
/// **Bound.** At most 256 tensors and 1,024 scalars.
public final class Arguments {
  /// The most tensors of one member.
  public static final int MAX_TENSORS = 256;

  /// The most scalars of one member.
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

  /// Reads these.
  ///
  /// @throws InvalidTaskException if one is null, if there are more than 256 tensors, or if a scalar was
  ///     given before
  public Arguments in(TensorRef... refs) {
    return with(null, Access.IN, refs);
  }

  /// Writes all of these without reading.
  ///
  /// @throws InvalidTaskException if one is null, if there are more than 256 tensors, or if a scalar was
  ///     given before
  public Arguments out(TensorRef... refs) {
    return with(null, Access.OUT, refs);
  }

  /// Reads these and writes them in place.
  ///
  /// @throws InvalidTaskException if one is null, if there are more than 256 tensors, or if a scalar was
  ///     given before
  public Arguments inout(TensorRef... refs) {
    return with(null, Access.INOUT, refs);
  }

  /// Writes these in place beside other writers, in an order that the caller sees to.
  ///
  /// @throws InvalidTaskException if one is null, if there are more than 256 tensors, or if a scalar was
  ///     given before
  public Arguments outExisting(TensorRef... refs) {
    return with(null, Access.OUT_EXISTING, refs);
  }

  /// Touches these without any order.
  ///
  /// @throws InvalidTaskException if one is null, if there are more than 256 tensors, or if a scalar was
  ///     given before
  public Arguments noDep(TensorRef... refs) {
    return with(null, Access.NO_DEP, refs);
  }

  /// Adds a whole number, behind the tensors.
  ///
  /// @throws InvalidTaskException if there are more than 1,024
  public Arguments scalar(long value) {
    return withScalar(null, value);
  }

  /// Adds a real number, behind the tensors.
  ///
  /// @throws InvalidTaskException if there are more than 1,024
  public Arguments scalar(double value) {
    return withScalar(null, value);
  }

  /// @param taskName whose arguments these are; null for a member of a group that is not made yet
  Arguments with(@Nullable String taskName, Access access, TensorRef @Nullable [] refs) {
    if (refs == null) {
      throw invalid(taskName, "tensors must not be null; name a Tensor or a slice");
    }
    if (scalars.length > 0) {
      throw invalid(
          taskName,
          "tensors must come before scalars, but "
              + scalars.length
              + " scalar(s) came first; swap them");
    }
    int count = tensors.length + refs.length;
    if (count > MAX_TENSORS) {
      throw invalid(
          taskName,
          "may name at most 256 tensors, named "
              + count
              + "; split the task, or name slices of one tensor together");
    }
    Argument[] more = Arrays.copyOf(tensors, count);
    for (int i = 0; i < refs.length; i++) {
      more[tensors.length + i] = new Argument(checked(taskName, refs[i]), access);
      checkRows(taskName, more[tensors.length + i]);
    }
    return new Arguments(more, NO_SCALARS);
  }

  /// Who waits for nobody may come before the rows are known, or touch those that are gone.
  private static void checkRows(@Nullable String taskName, Argument argument) {
    if (argument.ref().tensor().isAtMost()
        && (argument.access() == Access.OUT_EXISTING || argument.access() == Access.NO_DEP)) {
      throw invalid(
          taskName,
          argument + " can't be, because its rows are a maximum; name it IN, OUT or INOUT");
    }
  }

  private static TensorRef checked(@Nullable String taskName, @Nullable TensorRef ref) {
    if (ref == null) {
      throw invalid(taskName, "a tensor must not be null; name a Tensor or a slice");
    }
    return ref;
  }

  Arguments withScalar(@Nullable String taskName, Object value) {
    if (scalars.length == MAX_SCALARS) {
      throw invalid(
          taskName, "may have at most 1,024 scalars, was given 1,025; put them into a tensor");
    }
    Object[] more = Arrays.copyOf(scalars, scalars.length + 1);
    more[scalars.length] = value;
    return new Arguments(tensors, more);
  }

  private static InvalidTaskException invalid(@Nullable String taskName, String message) {
    return taskName == null
        ? InvalidTaskException.of("a group member", message)
        : new InvalidTaskException(taskName, message);
  }

  /// How many tensors it names.
  public int tensorCount() {
    return tensors.length;
  }

  /// The tensor at this place, from 0, with its access.
  ///
  /// @throws IndexOutOfBoundsException if there is none
  public Argument tensor(int index) {
    return tensors[index];
  }

  /// The tensors in the order given, each with its access.
  public List<Argument> tensors() {
    return List.of(tensors);
  }

  /// How many scalars it has.
  public int scalarCount() {
    return scalars.length;
  }

  /// The scalar at this place, from 0: a `Long` or a `Double`.
  ///
  /// @throws IndexOutOfBoundsException if there is none
  public Object scalarValue(int index) {
    return scalars[index];
  }

  /// Such as `[IN tensor 'rgb' UINT8[4, 4, 3]], scalars [0.5]`.
  @Override
  public String toString() {
    return Arrays.toString(tensors) + ", scalars " + Arrays.toString(scalars);
  }
}

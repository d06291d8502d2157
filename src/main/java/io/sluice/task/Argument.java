package io.sluice.task;

/// A tensor, or a slice of one, with the access that a task member has to it.
///
/// @param ref what is named
/// @param access how it is touched
public record Argument(TensorRef ref, Access access) {
  /// Such as `IN tensor 'rgb' UINT8[4, 4, 3]`.
  @Override
  public String toString() {
    return access + " " + ref;
  }
}

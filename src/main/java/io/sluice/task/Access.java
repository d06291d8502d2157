package io.sluice.task;

/// How a task touches a tensor; what it waits for follows from it.
///
/// | access | sees the earlier writer | becomes the writer | waits for |
/// | --- | --- | --- | --- |
/// | `IN` | yes | no | last writers of the bytes |
/// | `OUT`, whole tensor without storage of its own | no: fresh slab, new version | yes | nobody |
/// | `OUT` in place (a slice, `alloc`ed or user-owned) | no | yes | earlier writers and readers |
/// | `INOUT` | yes | yes | earlier writers and the readers since |
/// | `OUT_EXISTING` | no | joins the writers | nobody: the caller orders it |
/// | `NO_DEP` | no | no | nobody |
///
/// The names are those of StarPU and OmpSs where they have one.
public enum Access {
  /// Reads what the last writers before wrote.
  IN,

  /// Writes all bytes and reads none: a new version of a whole tensor, or in place.
  OUT,

  /// Reads, then writes in place.
  INOUT,

  /// Writes bytes that are there already, beside other writers and in no order with them.
  OUT_EXISTING,

  /// Touches bytes that are there already, without waiting for anyone or being waited for.
  NO_DEP;

  /// Whether the task sees what earlier writers wrote, and so their failure.
  public boolean reads() {
    return this == IN || this == INOUT;
  }

  /// Whether later readers see what the task writes.
  public boolean writes() {
    return this == OUT || this == INOUT || this == OUT_EXISTING;
  }
}

package io.sluice.task;

import org.jspecify.annotations.Nullable;

/// Which run.
///
/// @param number its place among all runs of the runtime, from 1: a higher one is younger
/// @param name as given by its options; null for none
public record RunId(long number, @Nullable String name) {
  /// Such as `run 3`, or `run 3 'thumbnails'`.
  @Override
  public String toString() {
    return name == null ? "run " + number : "run " + number + " '" + name + "'";
  }
}

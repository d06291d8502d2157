package io.sluice.task;

import io.sluice.error.InvalidTaskException;
import org.jspecify.annotations.Nullable;

/// The gate for names.
final class Names {
  private Names() {}

  /// @param what it is that gets the name, as the message is to call it
  static String checked(String what, @Nullable String name) {
    if (name == null || name.isBlank()) {
      throw InvalidTaskException.of(
          what, "its name must not be null or blank, was " + quoted(name) + "; give it another");
    }
    return name;
  }

  /// The name of the pool that a task is to run on.
  static String checkedPool(String taskName, @Nullable String pool) {
    if (pool == null || pool.isBlank()) {
      throw new InvalidTaskException(
          taskName,
          "on(...) must name a pool, was " + quoted(pool) + "; leave it out for the default pool");
    }
    return pool;
  }

  private static String quoted(@Nullable String name) {
    return name == null ? "null" : "'" + name + "'";
  }
}

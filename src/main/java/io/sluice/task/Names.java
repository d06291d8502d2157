package io.sluice.task;

import io.sluice.error.InvalidTaskException;
import org.jspecify.annotations.Nullable;

/// The gate for names.
final class Names {
  private Names() {}

  static String checked(String what, @Nullable String name) {
    if (name == null || name.isBlank()) {
      throw new InvalidTaskException(
          what, "its name must not be null or blank, was " + quoted(name) + "; give it a name");
    }
    return name;
  }

  private static String quoted(@Nullable String name) {
    return name == null ? "null" : "'" + name + "'";
  }
}

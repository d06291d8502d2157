package io.sluice.test;

import io.sluice.error.CompositeTaskException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An error and all that brought it about.
record Causes(Set<Throwable> all) {

  static Causes of(Throwable error) {
    Set<Throwable> all = Collections.newSetFromMap(new IdentityHashMap<>());
    add(error, all);
    return new Causes(all);
  }

  private static void add(@Nullable Throwable error, Set<Throwable> all) {
    if (error == null || !all.add(error)) {
      return;
    }
    add(error.getCause(), all);
    for (Throwable suppressed : error.getSuppressed()) {
      add(suppressed, all);
    }
    if (error instanceof CompositeTaskException composite) {
      composite.causes().forEach(cause -> add(cause, all));
    }
  }

  boolean have(Class<? extends Throwable> type) {
    return all.stream().anyMatch(type::isInstance);
  }
}

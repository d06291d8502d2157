package io.sluice.runtime;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Hooks;
import reactor.util.context.Context;

/// Sets the thread-locals that are registered with Micrometer's context propagation around users'
/// code, from the context of the subscriber for whom it runs.
///
/// It decides as Reactor does. Without the library there is nothing to do. With it, values that the
/// context holds are set around code that is handed its elements with a context at hand, as in
/// Reactor's `handle`: kernels, readers, programs. Where propagation is automatic, values that the
/// context doesn't hold are cleared as well, and publishers are subscribed to, asked and cancelled in
/// the same way; what a subscriber is handed, Reactor itself sets.
///
/// **Cost.** A constant is looked at without the library, an empty set with it.
final class ThreadLocals {
  private static final boolean AVAILABLE = isLibraryPresent();

  private ThreadLocals() {}

  /// What was before comes back when it is closed, by the same thread.
  interface Scope extends AutoCloseable {
    @Override
    void close();
  }

  private static boolean isLibraryPresent() {
    try {
      Class.forName(
          "io.micrometer.context.ContextSnapshotFactory",
          false,
          ThreadLocals.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError absent) {
      return false;
    }
  }

  /// For the call of a kernel, a reader, a program; null if there is nothing to set.
  static @Nullable Scope set(ContextHolder holder) {
    return AVAILABLE ? Library.set(holder) : null;
  }

  /// For signals to a publisher, which are Reactor's matter unless propagation is automatic.
  static @Nullable Scope setIfAutomatic(ContextHolder holder) {
    return AVAILABLE && Hooks.isAutomaticContextPropagationEnabled() ? Library.set(holder) : null;
  }

  /// Whoever knows the context, which is costly to ask for behind many operators.
  interface ContextHolder {
    Context currentContext();
  }

  /// All that needs the library's classes.
  private static final class Library {
    private static final ContextSnapshotFactory SET_PRESENT =
        ContextSnapshotFactory.builder().clearMissing(false).build();
    private static final ContextSnapshotFactory SET_ALL =
        ContextSnapshotFactory.builder().clearMissing(true).build();

    static @Nullable Scope set(ContextHolder holder) {
      if (ContextRegistry.getInstance().getThreadLocalAccessors().isEmpty()) {
        return null;
      }
      Context context = holder.currentContext();
      boolean automatic = Hooks.isAutomaticContextPropagationEnabled();
      if (context.isEmpty() && !automatic) {
        return null;
      }
      ContextSnapshot.Scope scope =
          (automatic ? SET_ALL : SET_PRESENT).setThreadLocalsFrom(context);
      return scope::close;
    }
  }
}

package io.sluice.engine;

import io.sluice.error.InvalidTaskException;
import io.sluice.task.KernelLibrary;
import io.sluice.task.LibraryKernel;
import io.sluice.task.Task;

/// Whether a pool of worker processes can run a task's kernel: one that they know by its name.
final class LibraryCheck {
  private LibraryCheck() {}

  /// @throws InvalidTaskException if it can't
  static void check(Task task, String pool, Class<? extends KernelLibrary> library) {
    if (task.kind() == Task.Kind.ALLOC || task.isReactive()) {
      return;
    }
    if (!(task.kernel() instanceof LibraryKernel kernel)) {
      throw new InvalidTaskException(
          task.name(),
          ("its kernel is a lambda, but pool '%s' runs in other processes, which can't be handed"
                  + " one; name it in %s, and use KernelLibrary.kernel(...)")
              .formatted(pool, library.getSimpleName()));
    }
    if (kernel.library() != library) {
      throw new InvalidTaskException(
          task.name(),
          "its %s is not of the library of pool '%s', %s; add it there, or choose another pool"
              .formatted(kernel, pool, library.getName()));
    }
    var _ = kernel.number();
  }
}

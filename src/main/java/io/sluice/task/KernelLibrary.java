package io.sluice.task;

import java.util.Map;

/// A class that names kernels, so that a process which loads the same class finds the same ones. It is
/// what worker processes are made with (`SluiceBuilder.processes`).
///
/// ```java
/// public final class Photos implements KernelLibrary {
///   public static final Kernel GRAY = KernelLibrary.kernel(Photos.class, "gray");
///
///   @Override
///   public Map<String, Kernel> kernels() {
///     return Map.of("gray", Gray::run);
///   }
/// }
/// ```
///
/// It needs a constructor without arguments, of whatever access, and the same map each time: parent and
/// child each make one instance, and compare the class's bytes and the names. A kernel knows only what its
/// context tells it: nothing that it captured in the parent is there in the child.
///
/// **Threads.** [#kernels()] is called once in each process, on whichever thread asks first.
public interface KernelLibrary {
  /// The kernels, by name; at least one.
  Map<String, Kernel> kernels();

  /// A kernel of a library, for `Task.call`. It runs on threads as well: there it is called as it is.
  ///
  /// The library is loaded when the kernel is first run or handed to a process, so that a library may
  /// hold its own kernels as constants.
  ///
  /// @throws io.sluice.error.InvalidTaskException if one is null, or the name blank
  static LibraryKernel kernel(Class<? extends KernelLibrary> library, String name) {
    return new LibraryKernel(library, name);
  }
}

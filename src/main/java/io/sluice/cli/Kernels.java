package io.sluice.cli;

import io.sluice.task.Kernel;
import io.sluice.task.KernelLibrary;
import java.lang.reflect.Constructor;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A library of kernels, found by the name of its class.
final class Kernels {
  private final Class<? extends KernelLibrary> type;
  private final Set<String> names;

  private Kernels(Class<? extends KernelLibrary> type, Set<String> names) {
    this.type = type;
    this.names = names;
  }

  /// The class's own code runs for the first time in here, and may throw whatever it likes.
  ///
  /// @throws BadInput if there is no such class, or it is no library that can be made
  static Kernels load(String className) {
    Class<? extends KernelLibrary> type = typeOf(className);
    try {
      Constructor<? extends KernelLibrary> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      Map<String, Kernel> kernels = constructor.newInstance().kernels();
      return new Kernels(type, Set.copyOf(kernels.keySet()));
    } catch (ReflectiveOperationException | RuntimeException | LinkageError failure) {
      throw new BadInput(
          "--kernels %s: it must have a constructor without arguments that works, and kernels: %s"
              .formatted(className, cause(failure)),
          failure);
    }
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null ? failure : cause;
  }

  private static Class<? extends KernelLibrary> typeOf(String className) {
    try {
      return Class.forName(className, false, Kernels.class.getClassLoader())
          .asSubclass(KernelLibrary.class);
    } catch (ClassNotFoundException missing) {
      throw new BadInput(
          "--kernels %s: there is no such class on the class path; put its jar or directory into the"
                  .formatted(className)
              + " variable CLASSPATH",
          missing);
    } catch (LinkageError broken) {
      throw new BadInput(
          "--kernels %s: it can't be loaded; compile it for Java %d or older, with all that it extends on the"
                  .formatted(className, Runtime.version().feature())
              + " class path: "
              + broken,
          broken);
    } catch (ClassCastException other) {
      throw new BadInput(
          "--kernels %s: it must implement io.sluice.task.KernelLibrary".formatted(className),
          other);
    }
  }

  Class<? extends KernelLibrary> type() {
    return type;
  }

  /// The kernel of a name; null where there is none.
  @Nullable Kernel find(String name) {
    return names.contains(name) ? KernelLibrary.kernel(type, name) : null;
  }
}

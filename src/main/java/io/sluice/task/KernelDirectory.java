package io.sluice.task;

import io.sluice.error.InvalidTaskException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The kernels of one library, numbered in the order of their names. Internal: not for users.
///
/// **Threads.** Any; a library is loaded once in each process.
public final class KernelDirectory {
  private static final ClassValue<KernelDirectory> LOADED =
      new ClassValue<>() {
        @Override
        protected KernelDirectory computeValue(Class<?> type) {
          return load(type.asSubclass(KernelLibrary.class));
        }
      };

  private final Class<? extends KernelLibrary> library;
  private final List<String> names;
  private final List<Kernel> kernels;

  private KernelDirectory(Class<? extends KernelLibrary> library, Map<String, Kernel> byName) {
    TreeMap<String, Kernel> kernels = new TreeMap<>(byName);
    this.library = library;
    this.names = List.copyOf(kernels.keySet());
    this.kernels = List.copyOf(kernels.values());
  }

  /// The directory of a library, loaded at the first call.
  ///
  /// @throws InvalidTaskException if it can't be made, has no kernels, or holds null
  public static KernelDirectory of(Class<? extends KernelLibrary> library) {
    return LOADED.get(library);
  }

  @SuppressWarnings("ConstantValue")
  private static KernelDirectory load(Class<? extends KernelLibrary> library) {
    Map<String, Kernel> kernels;
    try {
      Constructor<? extends KernelLibrary> constructor = library.getDeclaredConstructor();
      constructor.setAccessible(true);
      kernels = constructor.newInstance().kernels();
      if (kernels == null || kernels.isEmpty()) {
        throw refusal(library, "it has no kernels; name at least one", null);
      }
      return new KernelDirectory(library, kernels);
    } catch (ReflectiveOperationException | NullPointerException e) {
      throw refusal(
          library,
          "it can't be loaded (" + e + "); give it a constructor without arguments, and no null",
          e);
    }
  }

  private static InvalidTaskException refusal(
      Class<?> library, String message, @Nullable Throwable cause) {
    InvalidTaskException refusal =
        InvalidTaskException.of("kernel library " + library.getName(), message);
    if (cause != null) {
      refusal.initCause(cause);
    }
    return refusal;
  }

  /// The class.
  public Class<? extends KernelLibrary> library() {
    return library;
  }

  /// The names, in order.
  public List<String> names() {
    return names;
  }

  /// The kernel at this place, from 0.
  ///
  /// @throws IndexOutOfBoundsException if there is none
  public Kernel kernel(int number) {
    return kernels.get(number);
  }

  /// The place of the kernel with this name.
  ///
  /// @throws InvalidTaskException if there is none
  public int numberOf(String name) {
    int number = Collections.binarySearch(names, name);
    if (number < 0) {
      throw refusal(library, "it has no kernel '" + name + "', only " + names, null);
    }
    return number;
  }

  /// 32 bytes that differ if the class's bytes or the kernels' names do (SHA-256).
  public byte[] digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(classBytes());
      digest.update(
          (library.getName() + "\0" + String.join("\0", names)).getBytes(StandardCharsets.UTF_8));
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each JDK has SHA-256", e);
    }
  }

  /// None for a class without a file, such as one made at run time.
  private byte[] classBytes() {
    String file = library.getName().substring(library.getName().lastIndexOf('.') + 1) + ".class";
    try (InputStream in = library.getResourceAsStream(file)) {
      return in == null ? new byte[0] : in.readAllBytes();
    } catch (IOException e) {
      return new byte[0];
    }
  }
}

package io.sluice.examples.jdkindex;

import io.sluice.task.TensorView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/// A class file of the running JDK.
///
/// @param path in the image of the JDK, such as `/modules/java.base/java/lang/String.class`
/// @param byteCount its size
record ClassFile(Path path, long byteCount) {

  /// All of a module, or of the whole JDK for `""`. Each subscription walks through the image anew, as
  /// far as it is asked to.
  @SuppressWarnings("StreamResourceLeak") // `using` closes it, however the subscription ends.
  static Flux<ClassFile> ofModule(String module) {
    Path directory = Path.of(URI.create("jrt:/" + module));
    return Flux.using(() -> Files.walk(directory), Flux::fromStream, Stream::close)
        .filter(path -> path.toString().endsWith(".class"))
        .map(ClassFile::of);
  }

  private static ClassFile of(Path path) {
    try {
      return new ClassFile(path, Files.size(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads it into a view of as many bytes.
  void readInto(TensorView target) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    target.copyFrom(0, bytes, 0, bytes.length);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}

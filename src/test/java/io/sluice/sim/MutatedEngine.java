package io.sluice.sim;

import io.sluice.engine.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// The engine with a [Mutation], and a simulator that runs it: the sources that it touches are
/// compiled in memory, all other classes are those of the build, loaded once more.
final class MutatedEngine extends ClassLoader {
  private static final Path SOURCES = Path.of("src/main/java/io/sluice/engine");

  private final Map<String, byte[]> mutated;

  private MutatedEngine(Map<String, byte[]> mutated) {
    super(MutatedEngine.class.getClassLoader());
    this.mutated = mutated;
  }

  static MutatedEngine with(Mutation mutation) throws IOException {
    return new MutatedEngine(compiled(sources(mutation)));
  }

  private static Map<String, String> sources(Mutation mutation) throws IOException {
    Map<String, String> sources = new LinkedHashMap<>();
    for (Mutation.Edit edit : mutation.edits()) {
      String before = sources.get(edit.file());
      if (before == null) {
        before = Files.readString(SOURCES.resolve(edit.file() + ".java"));
      }
      sources.put(edit.file(), edit.apply(before));
    }
    return sources;
  }

  private static Map<String, byte[]> compiled(Map<String, String> sources) {
    Map<String, byte[]> classes = new HashMap<>();
    if (sources.isEmpty()) {
      return classes;
    }
    var compiler = ToolProvider.getSystemJavaCompiler();
    var files = new InMemoryClasses(compiler.getStandardFileManager(null, null, null));
    String classPath = placeOf(Engine.class) + java.io.File.pathSeparator + placeOf(Nullable.class);
    List<Source> units =
        sources.entrySet().stream().map(e -> new Source(e.getKey(), e.getValue())).toList();
    boolean done =
        compiler
            .getTask(null, files, null, List.of("-cp", classPath, "-proc:none"), null, units)
            .call();
    if (!done) {
      throw new IllegalStateException("the mutated engine does not compile: " + sources.keySet());
    }
    return files.classes();
  }

  private static Path placeOf(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  /// The first failure among the programs of these seeds, if any.
  Optional<String> firstFailure(long from, long to) throws ReflectiveOperationException {
    return simulate("firstFailure", from, to);
  }

  /// The first wrong byte, if any, when nothing else is checked.
  Optional<String> firstWrongByte(long from, long to) throws ReflectiveOperationException {
    return simulate("firstWrongByte", from, to);
  }

  @SuppressWarnings("unchecked")
  private Optional<String> simulate(String method, long from, long to)
      throws ReflectiveOperationException {
    return (Optional<String>)
        loadClass(Simulator.class.getName())
            .getMethod(method, long.class, long.class)
            .invoke(null, from, to);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith("io.sluice.engine.") && !name.startsWith("io.sluice.sim.")) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        byte[] bytes = mutated.getOrDefault(name, built(name));
        loaded = defineClass(name, bytes, 0, bytes.length);
      }
      return loaded;
    }
  }

  private byte[] built(String name) {
    try (InputStream bytes = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      return bytes.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A source text that is not in a file.
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String type, String text) {
      super(
          URI.create("mutated:///io/sluice/engine/" + type + ".java"), JavaFileObject.Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}

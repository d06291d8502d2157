package io.sluice.config;

import io.sluice.error.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How the worker processes of a pool are started and looked after. Immutable: each method that sets
/// something returns other options, and refuses a value out of its range at once.
///
/// ```java
/// .processes("render", 4, Photos.class, child -> child.heap(DataSize.gibibytes(1)).niceness(10))
/// ```
///
/// @param heap the most that each child's Java heap may take, at least 16 MiB; tensors don't count
/// @param jvmOptions options of the children's JVM, behind those that Sluice sets
/// @param classPath where the children find classes; null for the class path of this process
/// @param environment variables that are added to those of this process, without its options of the JVM
/// @param workingDirectory of the children; null for that of this process
/// @param niceness added to that of this process, 0 to 19; more than 0 needs the command `nice`
/// @param startTimeout in which the children of the pool have to start, all together
/// @param heartbeat a child that gave no sign of life for so long is killed, at least 1 s
/// @param pipelineDepth how many tasks a child may hold, the one that it runs among them; 1 to 64
/// @param wakeUp how children and parent wake each other
public record ProcessOptions(
    DataSize heap,
    List<String> jvmOptions,
    @Nullable String classPath,
    Map<String, String> environment,
    @Nullable Path workingDirectory,
    int niceness,
    Duration startTimeout,
    Duration heartbeat,
    int pipelineDepth,
    WakeUp wakeUp) {
  /// The most tasks that a child may hold.
  public static final int MAX_PIPELINE_DEPTH = 64;

  private static final DataSize LEAST_HEAP = DataSize.mebibytes(16);
  private static final DataSize DEFAULT_HEAP = DataSize.mebibytes(256);
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration LEAST_HEARTBEAT = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final int DEFAULT_PIPELINE_DEPTH = 8;
  private static final int MAX_NICENESS = 19;
  private static final char NUL = 0;

  /// The only gate.
  ///
  /// @throws ConfigurationException if something is null or out of its range
  public ProcessOptions {
    Gate.checkGiven("processes.heap", heap, "use DataSize.mebibytes(256)");
    Gate.checkGiven("processes.jvmOptions", jvmOptions, "leave jvmOptions(...) out for none");
    Gate.checkGiven("processes.environment", environment, "leave environment(...) out for none");
    Gate.checkGiven("processes.startTimeout", startTimeout, "use Duration.ofSeconds(30)");
    Gate.checkGiven("processes.heartbeat", heartbeat, "use Duration.ofSeconds(30)");
    Gate.checkGiven("processes.wakeUp", wakeUp, "use WakeUp.AUTO");
    checkRange(
        heap.bytes() >= LEAST_HEAP.bytes(),
        "processes.heap.bytes",
        "must be at least " + LEAST_HEAP,
        heap,
        "raise heap(...)");
    checkRange(
        niceness >= 0 && niceness <= MAX_NICENESS,
        "processes.niceness",
        "must lie in 0 to " + MAX_NICENESS,
        niceness,
        "use niceness(0) for that of this process");
    checkRange(
        startTimeout.isPositive() && startTimeout.compareTo(LONGEST) <= 0,
        "processes.startTimeout",
        "must be above 0 and up to 1 day",
        startTimeout,
        "use Duration.ofSeconds(30)");
    checkRange(
        heartbeat.compareTo(LEAST_HEARTBEAT) >= 0 && heartbeat.compareTo(LONGEST) <= 0,
        "processes.heartbeat",
        "must lie in 1 s to 1 day",
        heartbeat,
        "use Duration.ofSeconds(30)");
    checkRange(
        pipelineDepth >= 1 && pipelineDepth <= MAX_PIPELINE_DEPTH,
        "processes.pipelineDepth",
        "must lie in 1 to " + MAX_PIPELINE_DEPTH,
        pipelineDepth,
        "use pipelineDepth(8)");
    jvmOptions.forEach(ProcessOptions::checkJvmOption);
    environment.forEach(ProcessOptions::checkVariable);
    checkRange(
        classPath == null || !classPath.isBlank(),
        "processes.classPath",
        "must not be blank",
        "'" + classPath + "'",
        "leave classPath(...) out for that of this process");
    jvmOptions = List.copyOf(jvmOptions);
    environment = Map.copyOf(environment);
  }

  /// One without a dash would be taken for the main class.
  private static void checkJvmOption(@Nullable String option) {
    checkRange(
        option != null && option.startsWith("-"),
        "processes.jvmOptions",
        "must each begin with '-'",
        "'" + option + "'",
        "give each option as a string of its own, as in jvmOptions(\"-Xss2m\", \"-Dkey=value\")");
  }

  private static void checkVariable(@Nullable String name, @Nullable String value) {
    checkRange(
        name != null && !name.isEmpty() && name.indexOf('=') < 0 && name.indexOf(NUL) < 0,
        "processes.environment",
        "must have names that are not empty and hold neither '=' nor a zero character",
        "'" + name + "'",
        "use Map.of(\"NAME\", \"value\")");
    checkRange(
        value != null && value.indexOf(NUL) < 0,
        "processes.environment",
        "must have values without a zero character",
        "'" + value + "' for " + name,
        "use Map.of(\"NAME\", \"value\")");
  }

  private static void checkRange(
      boolean holds, String key, String rule, Object given, String remedy) {
    if (!holds) {
      throw new ConfigurationException(key, rule, given, remedy);
    }
  }

  /// 256 MiB of Java heap, class path, environment and directory of this process, 30 s to start, a
  /// heartbeat of 30 s, 8 tasks in a child.
  public static ProcessOptions defaults() {
    return new ProcessOptions(
        DEFAULT_HEAP,
        List.of(),
        null,
        Map.of(),
        null,
        0,
        DEFAULT_TIMEOUT,
        DEFAULT_TIMEOUT,
        DEFAULT_PIPELINE_DEPTH,
        WakeUp.AUTO);
  }

  /// The most that each child's Java heap may take; tensors lie outside.
  ///
  /// @throws ConfigurationException if it is null or below 16 MiB
  public ProcessOptions heap(DataSize most) {
    return with(draft -> draft.heap = most);
  }

  /// Options of the children's JVM, in place of those given before.
  ///
  /// @throws ConfigurationException if one is null or does not begin with `-`
  public ProcessOptions jvmOptions(String... options) {
    Gate.checkGiven("processes.jvmOptions", options, "leave jvmOptions(...) out for none");
    return with(draft -> draft.jvmOptions = Arrays.asList(options));
  }

  /// Where the children find classes, as for `java -cp`. Sluice, the kernel library and what its kernels
  /// use must be there, in the same version.
  ///
  /// @throws ConfigurationException if it is null or blank
  public ProcessOptions classPath(String path) {
    Gate.checkGiven(
        "processes.classPath", path, "leave classPath(...) out for that of this process");
    return with(draft -> draft.classPath = path);
  }

  /// Variables of the children's environment, beside those of this process. `JAVA_TOOL_OPTIONS`,
  /// `JDK_JAVA_OPTIONS` and `_JAVA_OPTIONS` are left out unless they are given here.
  ///
  /// @throws ConfigurationException if a name or a value can't be one
  public ProcessOptions environment(Map<String, String> variables) {
    return with(draft -> draft.environment = variables);
  }

  /// Where the children start. Whether it is there shows when they do.
  ///
  /// @throws ConfigurationException if it is null
  public ProcessOptions workingDirectory(Path directory) {
    Gate.checkGiven("processes.workingDirectory", directory, "leave workingDirectory(...) out");
    return with(draft -> draft.workingDirectory = directory);
  }

  /// By how much the children give way to other processes.
  ///
  /// @throws ConfigurationException if it is not in 0 to 19
  public ProcessOptions niceness(int more) {
    return with(draft -> draft.niceness = more);
  }

  /// In which the children of the pool have to start, all together.
  ///
  /// @throws ConfigurationException if it is null, not above 0, or longer than a day
  public ProcessOptions startTimeout(Duration limit) {
    return with(draft -> draft.startTimeout = limit);
  }

  /// After which silence a child is killed: one that was stopped, say, or whose JVM hangs. A kernel may
  /// take as long as it likes.
  ///
  /// @throws ConfigurationException if it is null, below 1 s, or longer than a day
  public ProcessOptions heartbeat(Duration silence) {
    return with(draft -> draft.heartbeat = silence);
  }

  /// How many tasks a child may hold.
  ///
  /// @throws ConfigurationException if it is not in 1 to 64
  public ProcessOptions pipelineDepth(int taskCount) {
    return with(draft -> draft.pipelineDepth = taskCount);
  }

  /// How children and parent wake each other.
  ///
  /// @throws ConfigurationException if it is null
  public ProcessOptions wakeUp(WakeUp how) {
    return with(draft -> draft.wakeUp = how);
  }

  private ProcessOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.toOptions();
  }

  /// Options on their way to the gate, of which one is changed.
  private static final class Draft {
    DataSize heap;
    List<String> jvmOptions;
    @Nullable String classPath;
    Map<String, String> environment;
    @Nullable Path workingDirectory;
    int niceness;
    Duration startTimeout;
    Duration heartbeat;
    int pipelineDepth;
    WakeUp wakeUp;

    Draft(ProcessOptions from) {
      heap = from.heap;
      jvmOptions = from.jvmOptions;
      classPath = from.classPath;
      environment = from.environment;
      workingDirectory = from.workingDirectory;
      niceness = from.niceness;
      startTimeout = from.startTimeout;
      heartbeat = from.heartbeat;
      pipelineDepth = from.pipelineDepth;
      wakeUp = from.wakeUp;
    }

    ProcessOptions toOptions() {
      return new ProcessOptions(
          heap,
          jvmOptions,
          classPath,
          environment,
          workingDirectory,
          niceness,
          startTimeout,
          heartbeat,
          pipelineDepth,
          wakeUp);
    }
  }
}

package io.sluice.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.config.ProcessOptions;
import io.sluice.error.TaskTimeoutException;
import io.sluice.error.WorkerLostException;
import io.sluice.error.WorkerStartException;
import io.sluice.task.Kernel;
import io.sluice.task.KernelLibrary;
import io.sluice.task.LibraryKernel;
import io.sluice.task.Task;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

/// With what worker processes are started, and those that don't fit their parent.
class ProcessSettingsTest {
  private static final Duration BOUND = Duration.ofSeconds(60);

  @TempDir Path directory;

  private static Throwable failure(
      Class<? extends KernelLibrary> library,
      LibraryKernel kernel,
      UnaryOperator<ProcessOptions> change) {
    try (Sluice sluice =
        Sluice.builder().heap(DataSize.mebibytes(1)).processes("cpu", 1, library, change).build()) {
      return sluice
          .submit(Flux.just(Task.call("task", kernel)))
          .then()
          .materialize()
          .block(BOUND)
          .getThrowable()
          .getCause();
    }
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  @Test
  void aChildHasEnvironmentDirectoryNicenessHeapAndOptionsAsGiven() throws IOException {
    String path = classPath() + File.pathSeparator + directory;
    Throwable told =
        failure(
            TestKernels.class,
            TestKernels.SURROUNDINGS,
            child ->
                child
                    .environment(Map.of("SLUICE_TEST", "here"))
                    .workingDirectory(directory)
                    .niceness(7)
                    .jvmOptions("-Dsluice.test=set", "-XX:+UseParallelGC")
                    .heap(DataSize.mebibytes(48))
                    .classPath(path));
    assertThat(told)
        .hasMessageContaining("variable here; inherited " + System.getenv("PATH"))
        .hasMessageContaining("property set; directory " + directory.toRealPath())
        .hasMessageContaining("niceness 7; safepoints true; heap 4")
        .hasMessageEndingWith("last place for classes " + directory);
  }

  /// As containers have it, where nobody has chosen a language.
  @Test
  void whatAChildPrintsIsReadAsItWasPrintedWhateverTheLocale() {
    Throwable lost =
        failure(
            TestKernels.class,
            TestKernels.LAST_WORDS,
            child -> child.environment(Map.of("LC_ALL", "C")));
    assertThat(lost).isInstanceOf(WorkerLostException.class);
    assertThat(((WorkerLostException) lost).output())
        .containsExactlyInAnyOrder("\u00fcml\u00e4ut", "\u20ac");
  }

  /// With a collector and a heap that don't go together with those of the children.
  @Test
  void optionsThatTheEnvironmentHoldsForTheParentsJvmDoNotReachItsChildren() throws Exception {
    ProcessBuilder program = DoomedParent.program();
    for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")) {
      program.environment().put(variable, "-XX:+UseParallelGC -Xms300m -Xmx400m");
    }
    program.command().removeIf(option -> option.startsWith("-Xmx"));
    Process parent = program.start();
    try {
      assertThat(DoomedParent.childrenOf(parent)).hasSize(2);
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void suchAVariableReachesChildrenThatAreGivenIt() {
    assertThat(
            failure(
                TestKernels.class,
                TestKernels.SURROUNDINGS,
                child -> child.environment(Map.of("JAVA_TOOL_OPTIONS", "-Dsluice.test=told"))))
        .hasMessageContaining("property told;");
  }

  @Test
  void aClassPathWithoutSluiceIsToldWithWhatTheChildPrinted() {
    assertThat(
            failure(
                TestKernels.class,
                TestKernels.NOTHING,
                child -> child.classPath(directory.toString())))
        .isInstanceOf(WorkerStartException.class)
        .hasMessageContaining("exited with code 1")
        .hasMessageContaining("io.sluice.worker.process.ChildMain");
  }

  /// A library of which the child finds another edition.
  public static final class Edition implements KernelLibrary {
    static final String NAME = "edition-1";

    @Override
    public Map<String, Kernel> kernels() {
      return Map.of(NAME, context -> {}, "common", context -> {});
    }
  }

  @Test
  void aChildWithAnotherLibraryIsRefusedBeforeItsFirstTask() throws IOException {
    writeOtherEdition();
    assertThat(
            failure(
                Edition.class,
                KernelLibrary.kernel(Edition.class, "common"),
                child -> child.classPath(directory + File.pathSeparator + classPath())))
        .isInstanceOf(WorkerStartException.class)
        .hasMessageContaining("its kernel library " + Edition.class.getName())
        .hasMessageContaining("put the same classes on both class paths");
  }

  private void writeOtherEdition() throws IOException {
    String file = Edition.class.getName().replace('.', '/') + ".class";
    try (InputStream in = Edition.class.getResourceAsStream("/" + file)) {
      String bytes = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      Path other = directory.resolve(file);
      Files.createDirectories(other.getParent());
      Files.write(
          other, bytes.replace("edition-1", "edition-2").getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  /// A library whose child is not ready before a file is there.
  public static final class Gated implements KernelLibrary {
    static final String FILE = "sluice.test.gate";

    public Gated() {
      String gate = System.getProperty(FILE);
      while (gate != null && !Files.exists(Path.of(gate))) {
        LockSupport.parkNanos(1_000_000);
      }
    }

    @Override
    public Map<String, Kernel> kernels() {
      return Map.of("nothing", context -> {});
    }
  }

  @Test
  void theTimeOfATaskBeginsWhenItsChildIsReady() throws Exception {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    Path gate = directory.resolve("gate");
    try (Sluice sluice =
        Sluice.builder()
            .heap(DataSize.mebibytes(1))
            .timers(time)
            .processes(
                "cpu", 1, Gated.class, child -> child.jvmOptions("-D" + Gated.FILE + "=" + gate))
            .build()) {
      Task task =
          Task.call("timed", KernelLibrary.kernel(Gated.class, "nothing"))
              .timeout(Duration.ofMinutes(1));
      CompletableFuture<Long> ended = sluice.submit(Flux.just(task)).count().toFuture();
      time.advanceTimeBy(Duration.ofHours(1));
      assertThat(ended).isNotDone();
      Files.createFile(gate);
      assertThat(ended.get(60, TimeUnit.SECONDS)).isEqualTo(1);
    }
  }

  @Test
  void theTimeOfATaskIsOverAMinuteBehindItsStart() throws Exception {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    try (Sluice sluice =
        Sluice.builder()
            .heap(DataSize.mebibytes(1))
            .timers(time)
            .processes("cpu", 1, TestKernels.class)
            .build()) {
      Children.pidOf(sluice);
      Task task = Task.call("timed", TestKernels.HANG).timeout(Duration.ofMinutes(1));
      CompletableFuture<Void> ended = sluice.submit(Flux.just(task)).then().toFuture();
      long startedNs = System.nanoTime();
      while (!ended.isDone()) {
        assertThat(System.nanoTime() - startedNs).isLessThan(BOUND.toNanos());
        time.advanceTimeBy(Duration.ofMinutes(1));
        LockSupport.parkNanos(1_000_000);
      }
      assertThatThrownBy(ended::get).hasRootCauseInstanceOf(TaskTimeoutException.class);
    }
  }
}

package io.sluice.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is left when the program is killed: nothing. H-42.
class ParentDeathTest {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final long PAUSE_NS = 5_000_000;

  /// A child's end is a matter of the system, so it takes no time of its own; a machine that is busy takes some
  /// to come round to it.
  private static final Duration PROMISED = Duration.ofSeconds(1);

  private static final int LOAD_FACTOR = 5;

  @TempDir Path directory;

  @Test
  void childrenEndWithTheirParentAndLeaveNothing() throws Exception {
    List<String> before = regions();
    Process parent = DoomedParent.program().start();
    try {
      List<Long> children = DoomedParent.childrenOf(parent);
      assertThat(children).hasSize(2);
      killAndSeeThemEnd(parent, children);
      assertThat(regions()).as("files that are left").isSubsetOf(before);
    } finally {
      parent.destroyForcibly();
    }
  }

  /// No thread of such a child's JVM can end it.
  @Test
  void childrenEndWithTheirParentWhileTheyRunWithoutASafepoint() throws Exception {
    Process parent = DoomedParent.program(directory.toString()).start();
    List<Long> children = DoomedParent.childrenOf(parent);
    try {
      Await.until(
          "both count",
          () ->
              children.stream()
                  .allMatch(child -> Files.exists(directory.resolve("counting-" + child))));
      killAndSeeThemEnd(parent, children);
    } finally {
      parent.destroyForcibly();
      children.forEach(child -> ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly));
    }
  }

  private static void killAndSeeThemEnd(Process parent, List<Long> children) throws Exception {
    parent.destroyForcibly();
    assertThat(parent.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
    long endedNs = System.nanoTime();
    awaitEnd(children);
    assertThat(Duration.ofNanos(System.nanoTime() - endedNs))
        .as("for how long children outlive their parent")
        .isLessThan(PROMISED.multipliedBy(LOAD_FACTOR));
  }

  /// All at once, so that nobody is left to clean up.
  @Test
  void nothingIsLeftWhenParentAndChildrenAreKilledTogether() throws Exception {
    List<String> before = regions();
    Process parent = DoomedParent.program().start();
    try {
      List<Long> all = new ArrayList<>(DoomedParent.childrenOf(parent));
      all.add(parent.pid());
      List<String> command = new ArrayList<>(List.of("kill", "-9"));
      all.forEach(pid -> command.add(Long.toString(pid)));
      assertThat(new ProcessBuilder(command).start().waitFor(10, TimeUnit.SECONDS)).isTrue();
      awaitEnd(all);
      assertThat(regions()).as("files that are left").isSubsetOf(before);
    } finally {
      parent.destroyForcibly();
    }
  }

  private static void awaitEnd(List<Long> pids) {
    long startedNs = System.nanoTime();
    while (pids.stream().anyMatch(ParentDeathTest::runs)) {
      assertThat(System.nanoTime() - startedNs).as("wait").isLessThan(BOUND.toNanos());
      LockSupport.parkNanos(PAUSE_NS);
    }
  }

  /// One that has ended may still be listed, until somebody asks how.
  private static boolean runs(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException gone) {
      return false;
    }
  }

  private static List<String> regions() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("sluice-"))
          .toList();
    }
  }
}

package io.sluice.process;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What tests do to worker processes from outside.
final class Children {
  private Children() {}

  static void signal(long pid, String signal) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
      if (!kill.waitFor(10, TimeUnit.SECONDS)) {
        throw new AssertionError("kill hangs");
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// The worker processes of the calling one.
  static List<Long> pids() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains("ChildMain"))
        .map(ProcessHandle::pid)
        .toList();
  }
}

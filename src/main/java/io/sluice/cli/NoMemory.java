package io.sluice.cli;

import java.io.PrintStream;
import reactor.core.scheduler.Schedulers;

/// Ends the process where memory runs out on a thread whose end nobody is told of, as those of readers and
/// timers: whoever waits for it would wait for ever.
final class NoMemory {
  private NoMemory() {}

  /// From now on, in this process.
  ///
  /// @param err where it is said
  static void endsTheProcess(PrintStream err) {
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> uncaught(thread, failure, err));
    Schedulers.onHandleError("sluice", (thread, failure) -> endIfNoMemory(failure, err));
  }

  private static void uncaught(Thread thread, Throwable failure, PrintStream err) {
    endIfNoMemory(failure, err);
    err.print("Exception in thread \"" + thread.getName() + "\" ");
    failure.printStackTrace(err);
  }

  private static void endIfNoMemory(Throwable failure, PrintStream err) {
    if (failure instanceof OutOfMemoryError) {
      Runtime.getRuntime().halt(Failures.tell(failure, err));
    }
  }
}

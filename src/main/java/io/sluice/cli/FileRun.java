package io.sluice.cli;

import io.sluice.DrainReport;
import io.sluice.Sluice;
import io.sluice.ndjson.NdjsonException;
import io.sluice.ndjson.Outcome;
import io.sluice.ndjson.TaskStream;
import io.sluice.observe.Progress;
import io.sluice.observe.ProgressBar;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/// One run of the tasks of a file.
///
/// **Confinement.** The signals of one subscription, which come one at a time; what it counted is read behind
/// their end.
final class FileRun {
  private static final int OPEN_OUTCOMES = 256 - Results.AT_HAND;
  private static final int NAMED_FAILURES = 10;

  private final Sluice sluice;
  private final Kernels kernels;
  private final TaskFile file;
  private final List<String> failures = new ArrayList<>();
  private long completedCount;
  private long failedCount;

  FileRun(Sluice sluice, Kernels kernels, TaskFile file) {
    this.sluice = sluice;
    this.kernels = kernels;
    this.file = file;
  }

  /// Runs all tasks, and returns when the runtime is quiet again.
  ///
  /// @param results where outcomes are written to as lines; null for nowhere
  /// @param bar where progress is shown; null for nowhere
  /// @param interruption ends the run early
  /// @throws BadInput for a line that breaks a rule
  /// @throws Interrupted if it was ended early
  RunReport run(
      @Nullable OutputStream results, @Nullable PrintStream bar, Interruption interruption)
      throws IOException {
    Progress progress = Progress.of(sluice, "run", file.taskCount());
    if (bar != null) {
      var _ = ProgressBar.on(bar).follow(progress);
    }
    try {
      Flux<Outcome> outcomes =
          new TaskStream(kernels::find, name -> null, OPEN_OUTCOMES)
              .run(sluice, file.lines())
              .takeUntilOther(interruption.caught())
              .doOnNext(outcome -> count(outcome, progress));
      new Results(results).write(outcomes).block();
    } catch (NdjsonException wrong) {
      throw new BadInput(file.path() + ": " + wrong.getMessage(), wrong);
    } catch (UncheckedIOException failure) {
      throw Objects.requireNonNull(failure.getCause());
    } finally {
      progress.finish();
    }
    return new RunReport(completedCount, failedCount, failures, drained(interruption));
  }

  /// A kernel that is past its timeout may never return, and its task has ended.
  private DrainReport drained(Interruption interruption) {
    DrainReport drained = sluice.drain().takeUntilOther(interruption.caught()).block();
    if (drained == null || interruption.isTold()) {
      throw new Interrupted(completedCount, failedCount);
    }
    return drained;
  }

  private void count(Outcome outcome, Progress progress) {
    if (outcome instanceof Outcome.Failed failed) {
      failedCount++;
      note(failed);
    } else {
      completedCount++;
    }
    progress.step();
  }

  private void note(Outcome.Failed failed) {
    if (failures.size() < NAMED_FAILURES) {
      failures.add("line " + failed.lineNumber() + ": " + failed.error().getMessage());
    }
  }
}

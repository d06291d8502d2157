package io.sluice.cli;

import io.sluice.Sluice;
import io.sluice.observe.Trace;
import io.sluice.observe.TraceRecorder;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Records a run, and writes its trace at the end, also where that is an early one.
final class Recording implements AutoCloseable {
  private final TraceRecorder recorder;
  private final OutputFile file;
  private @Nullable Trace trace;
  private boolean written;

  /// Begins to record.
  ///
  /// @param events how many are kept, the newest
  Recording(Sluice sluice, OutputFile file, int events) {
    this.recorder = TraceRecorder.of(sluice, events);
    this.file = file;
  }

  /// What was recorded; to be asked for behind [#close].
  Trace trace() {
    return Objects.requireNonNull(trace);
  }

  /// What there is to say of it, if it could be made.
  String summary() {
    return trace == null ? "" : Printable.summary(trace);
  }

  boolean isWritten() {
    return written;
  }

  @Override
  public void close() throws IOException {
    Trace recorded = recorder.trace();
    recorder.close();
    trace = recorded;
    file.write(recorded::writeChromeJson);
    written = true;
  }
}

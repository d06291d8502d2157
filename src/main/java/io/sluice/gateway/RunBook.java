package io.sluice.gateway;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// The runs of clients: those that are open, and the last that have ended.
///
/// **Threads.** Any; one lock, held for moments.
/// **Bound.** Open runs as the limits have it, and [#MAX_ENDED] others.
final class RunBook {
  static final int MAX_ENDED = 100;

  private final int maxOpen;
  private final Map<Long, ClientRun> runs = new LinkedHashMap<>();
  private long lastId;
  private int openCount;

  RunBook(int maxOpen) {
    this.maxOpen = maxOpen;
  }

  /// Opens a run.
  ///
  /// @throws HttpRefusal if there are too many
  synchronized ClientRun open(@Nullable String name) {
    if (openCount == maxOpen) {
      throw new HttpRefusal(
          503,
          "too-many-runs",
          "%d runs are open, which is the limit; wait for one to end, or raise GatewayLimits.runs(...)"
              .formatted(maxOpen));
    }
    openCount++;
    ClientRun run = new ClientRun(++lastId, name);
    runs.put(run.id, run);
    return run;
  }

  /// A run has ended.
  synchronized void end(ClientRun run, ClientRun.State state) {
    if (run.state != ClientRun.State.OPEN) {
      return;
    }
    run.state = state;
    openCount--;
    forgetOldest();
  }

  private void forgetOldest() {
    if (runs.size() - openCount > MAX_ENDED) {
      runs.values().stream()
          .filter(run -> run.state != ClientRun.State.OPEN)
          .findFirst()
          .ifPresent(oldest -> runs.remove(oldest.id));
    }
  }

  synchronized List<ClientRun> all() {
    return new ArrayList<>(runs.values());
  }

  /// @throws HttpRefusal if there is none
  synchronized ClientRun run(String id) {
    ClientRun run = id.matches("\\d{1,18}") ? runs.get(Long.parseLong(id)) : null;
    if (run == null) {
      throw new HttpRefusal(
          404, "unknown-run", "there is no run " + Text.shortened(id) + "; GET /runs lists them");
    }
    return run;
  }

  /// A client's run.
  static final class ClientRun {
    /// What became of it.
    enum State {
      /// Its stream is open.
      OPEN,
      /// All of its lines were taken and their outcomes written.
      COMPLETED,
      /// Its stream ended with an error.
      FAILED,
      /// It was cancelled, by a request or by its client's going away.
      CANCELLED
    }

    private final long id;
    private final @Nullable String name;
    private final Sinks.Empty<Void> cancel = Sinks.empty();
    private volatile State state = State.OPEN;
    private volatile boolean cancelled;
    private volatile long completedCount;
    private volatile long failedCount;

    private ClientRun(long id, @Nullable String name) {
      this.id = id;
      this.name = name;
    }

    long id() {
      return id;
    }

    @Nullable String name() {
      return name;
    }

    /// By which the runtime knows it.
    String runName() {
      return name == null ? "http-" + id : "http-" + id + " " + name;
    }

    State state() {
      return state;
    }

    long completedCount() {
      return completedCount;
    }

    long failedCount() {
      return failedCount;
    }

    /// An outcome goes to the client; one at a time.
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void count(boolean failed) {
      if (failed) {
        failedCount++;
      } else {
        completedCount++;
      }
    }

    /// Ends the run; its client is told so. Does nothing the second time.
    void cancel() {
      cancelled = true;
      var _ = cancel.tryEmitEmpty().isSuccess();
    }

    boolean isCancelled() {
      return cancelled;
    }

    /// Completes when it was cancelled.
    Mono<Void> onCancel() {
      return cancel.asMono();
    }
  }
}

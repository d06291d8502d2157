package io.sluice.gateway;

import io.sluice.RunFigures;
import io.sluice.Sluice;
import io.sluice.Submitter;
import io.sluice.config.DataSize;
import io.sluice.config.RunOptions;
import io.sluice.gateway.RunBook.ClientRun;
import io.sluice.ndjson.Lines;
import io.sluice.ndjson.Outcome;
import io.sluice.ndjson.OutcomeWriter;
import io.sluice.ndjson.TaskStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.scheduler.Schedulers;

/// Runs of clients: a stream of tasks in, a stream of outcomes out.
final class RunRoutes {
  private static final long SLAB_BYTES = 1_024;

  private final Sluice sluice;
  private final GatewayLimits limits;
  private final TaskStream tasks;
  private final RunBook book;

  RunRoutes(Sluice sluice, GatewayLimits limits, TaskStream tasks, RunBook book) {
    this.sluice = sluice;
    this.limits = limits;
    this.tasks = tasks;
    this.book = book;
  }

  List<Route> routes() {
    return List.of(
        Route.of("POST", "/runs", this::post),
        Route.of("GET", "/runs", this::list),
        Route.of("GET", "/runs/{id}", this::show),
        Route.of("DELETE", "/runs/{id}", this::cancel));
  }

  /// The connection closes behind the response: a client may still be sending when the run has failed.
  private Mono<Void> post(Exchange exchange) {
    OutcomeWriter writer = new OutcomeWriter(data(exchange.query("results")));
    ClientRun run = book.open(checkedName(exchange.query("name")));
    exchange.response().keepAlive(false);
    AtomicLong asked = new AtomicLong();
    return outcomes(exchange, run)
        // no outcome is begun behind a cancel, but one that is being written has its whole line
        .takeUntilOther(run.onCancel())
        // an error comes behind the outcomes before it; without a prefetch only this way waits for
        // them
        .concatMapDelayError(writer::write, true, 0)
        .doOnDiscard(Outcome.class, Outcome::close)
        .doOnRequest(count -> asked.incrementAndGet())
        .takeUntilOther(unread(run, asked).doOnNext(tick -> exchange.cut()))
        .concatWith(Mono.defer(() -> errorIfCancelled(run)))
        .doOnError(error -> book.end(run, stateOf(run, ClientRun.State.FAILED)))
        .doOnComplete(() -> book.end(run, ClientRun.State.COMPLETED))
        .doFinally(signal -> book.end(run, ClientRun.State.CANCELLED))
        .switchOnFirst((first, pieces) -> answer(exchange, run, first, pieces))
        .then();
  }

  /// Tells when a client takes nothing of what it still gets of a run that was cancelled: the rest of a
  /// line must not hold the heap.
  private Mono<Long> unread(ClientRun run, AtomicLong asked) {
    return run.onCancel()
        .thenMany(Flux.interval(limits.firstByte()).onBackpressureDrop())
        .map(tick -> asked.get())
        .buffer(2, 1)
        .filter(counts -> counts.size() == 2 && counts.getFirst().equals(counts.getLast()))
        .map(List::getFirst)
        .next();
  }

  private static OutcomeWriter.Data data(@Nullable String query) {
    String wanted = query == null ? "base64" : query;
    return switch (wanted) {
      case "base64" -> OutcomeWriter.Data.BASE64;
      case "values" -> OutcomeWriter.Data.VALUES;
      case "none" -> OutcomeWriter.Data.NONE;
      default ->
          throw new HttpRefusal(
              400,
              "bad-query",
              "results must be base64, values or none, was " + Text.shortened(wanted));
    };
  }

  private static @Nullable String checkedName(@Nullable String name) {
    if (name != null && !name.matches("[\\w .:-]{1,64}")) {
      throw new HttpRefusal(
          400,
          "bad-query",
          "name must have 1 to 64 letters, digits, spaces and _.:-, was " + Text.shortened(name));
    }
    return name;
  }

  private Flux<Outcome> outcomes(Exchange exchange, ClientRun run) {
    Flux<byte[]> pieces = exchange.request().receive().asByteArray();
    Flux<byte[]> body =
        SilenceLimit.on(pieces, limits.silence(), Schedulers.parallel())
            .doOnNext(new BodyLimit(limits.bodyBytes())::add)
            .timeout(Mono.delay(limits.firstByte()), piece -> Mono.never());
    return tasks
        .run(submitter(run), Lines.of(body, limits.lineBytes()))
        .doOnNext(outcome -> run.count(outcome instanceof Outcome.Failed));
  }

  private Submitter submitter(ClientRun run) {
    return sluice.with(options -> limited(options.name(run.runName())));
  }

  /// The limits of all runs together are no more than the heap, so that none can take another's room.
  private RunOptions limited(RunOptions options) {
    long share = sluice.figures().heapCapacityBytes() / limits.runCount();
    long bytes = Math.max(SLAB_BYTES, Math.min(share, options.bytes().limitBytes()));
    return options.heapLimit(DataSize.bytes(bytes)).maxInFlight(limits.openTaskCount());
  }

  private static Mono<byte[]> errorIfCancelled(ClientRun run) {
    return run.isCancelled()
        ? Mono.error(
            new HttpRefusal(409, "cancelled", "run " + run.id() + " was cancelled by a request"))
        : Mono.empty();
  }

  private static ClientRun.State stateOf(ClientRun run, ClientRun.State otherwise) {
    return run.isCancelled() ? ClientRun.State.CANCELLED : otherwise;
  }

  private static Mono<Void> answer(
      Exchange exchange, ClientRun run, Signal<? extends byte[]> first, Flux<byte[]> pieces) {
    if (first.isOnError()) {
      return pieces.then();
    }
    exchange.response().header("Sluice-Run", Long.toString(run.id()));
    return exchange.stream(
        200, "application/x-ndjson", pieces.onErrorResume(error -> Mono.just(lastLine(error))));
  }

  private static byte[] lastLine(Throwable error) {
    return Json.line(Failures.told(error).body());
  }

  private Mono<Void> list(Exchange exchange) {
    return sluice
        .demand()
        .flatMap(
            demand -> {
              List<Object> runs = new ArrayList<>();
              book.all().forEach(run -> runs.add(described(run, demand.runs())));
              return exchange.json(200, Map.of("runs", runs));
            });
  }

  private Mono<Void> show(Exchange exchange) {
    ClientRun run = book.run(exchange.parameter("id"));
    return sluice.demand().flatMap(demand -> exchange.json(200, described(run, demand.runs())));
  }

  private static Map<String, @Nullable Object> described(ClientRun run, List<RunFigures> open) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("id", run.id());
    object.put("name", run.name());
    object.put("state", run.state().name().toLowerCase(Locale.ROOT));
    object.put("completedCount", run.completedCount());
    object.put("failedCount", run.failedCount());
    open.stream()
        .filter(figures -> run.runName().equals(figures.run().name()))
        .findFirst()
        .ifPresent(figures -> object.put("demand", figures));
    return object;
  }

  private Mono<Void> cancel(Exchange exchange) {
    ClientRun run = book.run(exchange.parameter("id"));
    run.cancel();
    return exchange.json(202, Map.of("id", run.id(), "cancelled", true));
  }

  /// Counts the bytes of a body.
  private static final class BodyLimit {
    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();

    BodyLimit(long maxBytes) {
      this.maxBytes = maxBytes;
    }

    void add(byte[] piece) {
      if (bytes.addAndGet(piece.length) > maxBytes) {
        throw new HttpRefusal(
            413,
            "body-too-long",
            String.format(Locale.ROOT, "a body must have at most %,d bytes", maxBytes));
      }
    }
  }
}

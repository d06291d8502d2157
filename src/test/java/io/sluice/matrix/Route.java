package io.sluice.matrix;

import io.sluice.Submitter;
import io.sluice.Way;
import io.sluice.config.DataSize;
import io.sluice.config.RunOptions;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/// A way from tasks to a subscriber: each of [Way], plain, with a reader and with options of the run's
/// own, and programs of several shapes.
///
/// @param name for the table of tests
/// @param way null for a program
/// @param reads whether its elements are values, and a reader may fail; else they are results
/// @param goesOn whether a failure comes last
/// @param opening makes the publisher of elements
record Route(
    String name,
    Way way,
    boolean reads,
    boolean goesOn,
    BiFunction<Submitter, Flux<Task>, Flux<?>> opening) {
  private static final int CONCURRENCY = 4;

  static Stream<Route> all() {
    List<Route> routes = new ArrayList<>();
    for (Way way : Way.values()) {
      routes.add(new Route(way + "", way, false, way.goesOn(), way::results));
      routes.add(
          new Route(way + " read", way, true, way.goesOn(), (s, t) -> way.read(s, t, Tasks::read)));
      routes.add(
          new Route(
              way + " with options",
              way,
              false,
              way.goesOn(),
              (s, t) -> way.results(s.with(Route::options), t)));
      routes.add(
          new Route(
              way + " read with options",
              way,
              true,
              way.goesOn(),
              (s, t) -> way.read(s.with(Route::options), t, Tasks::read)));
    }
    routes.addAll(programs());
    return routes.stream();
  }

  /// For what has nothing to do with options.
  static Stream<Route> withoutOptions() {
    return all().filter(route -> !route.name().contains("options"));
  }

  private static List<Route> programs() {
    return List.of(
        program("RUN", false, false, (s, t) -> s.run(p -> t.flatMap(p::submit, CONCURRENCY))),
        program(
            "RUN read",
            true,
            false,
            (s, t) -> s.run(p -> t.flatMap(x -> p.submit(x, Tasks::read), CONCURRENCY))),
        program(
            "RUN delay error",
            false,
            true,
            (s, t) -> s.run(p -> t.flatMapDelayError(p::submit, CONCURRENCY, CONCURRENCY))),
        program(
            "RUN each in a scope",
            false,
            false,
            (s, t) -> s.run(p -> t.flatMap(x -> p.scope(inner -> inner.submit(x)), CONCURRENCY))),
        program(
            "RUN in a scope in a scope",
            false,
            false,
            (s, t) ->
                s.run(p -> p.scope(q -> q.scope(inner -> t.flatMap(inner::submit, CONCURRENCY))))),
        program(
            "RUN with options",
            false,
            false,
            (s, t) -> s.with(Route::options).run(p -> t.flatMap(p::submit, CONCURRENCY))));
  }

  /// Results that operators inside a program drop are closed as the documents say.
  private static Route program(
      String name,
      boolean reads,
      boolean goesOn,
      BiFunction<Submitter, Flux<Task>, Flux<?>> opening) {
    return new Route(
        name,
        null,
        reads,
        goesOn,
        (s, t) -> opening.apply(s, t).doOnDiscard(TaskResult.class, TaskResult::close));
  }

  private static RunOptions options(RunOptions run) {
    return run.name("matrix")
        .lookAhead(CONCURRENCY)
        .maxInFlight(CONCURRENCY)
        .heapLimit(DataSize.kibibytes(Tasks.HEAP_SLABS))
        .largestTask(DataSize.kibibytes(1));
  }

  /// A publisher of what becomes of these tasks, with nothing of the test's behind it.
  @SuppressWarnings("unchecked") // whoever subscribes takes anything
  Flux<Object> open(Submitter submitter, Flux<Task> tasks) {
    return (Flux<Object>) opening.apply(submitter, tasks);
  }

  boolean isProgram() {
    return way == null;
  }

  @Override
  public String toString() {
    return name;
  }
}

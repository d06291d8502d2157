package io.sluice.tck;

import io.sluice.Orchestrator;
import io.sluice.Sluice;
import io.sluice.Way;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Each public publisher, made so that it emits a given number of elements, or fails. To add one, add
/// a constant.
enum PublisherKind {
  SUBMIT(Way.SUBMIT, false),
  SUBMIT_READ(Way.SUBMIT, true),
  SUBMIT_SCOPED(Way.SUBMIT_SCOPED, false),
  SUBMIT_SCOPED_READ(Way.SUBMIT_SCOPED, true),
  SUBMIT_DELAY_ERROR(Way.SUBMIT_DELAY_ERROR, false),
  SUBMIT_DELAY_ERROR_READ(Way.SUBMIT_DELAY_ERROR, true),
  SUBMIT_SCOPED_DELAY_ERROR(Way.SUBMIT_SCOPED_DELAY_ERROR, false),
  SUBMIT_SCOPED_DELAY_ERROR_READ(Way.SUBMIT_SCOPED_DELAY_ERROR, true),
  SUBMIT_SEQUENTIAL(Way.SEQUENTIAL, false),
  SUBMIT_SEQUENTIAL_READ(Way.SEQUENTIAL, true),
  SUBMIT_SCOPED_SEQUENTIAL(Way.SCOPED_SEQUENTIAL, false),
  SUBMIT_SCOPED_SEQUENTIAL_READ(Way.SCOPED_SEQUENTIAL, true),
  SUBMIT_SEQUENTIAL_DELAY_ERROR(Way.SEQUENTIAL_DELAY_ERROR, false),
  SUBMIT_SEQUENTIAL_DELAY_ERROR_READ(Way.SEQUENTIAL_DELAY_ERROR, true),
  SUBMIT_SCOPED_SEQUENTIAL_DELAY_ERROR(Way.SCOPED_SEQUENTIAL_DELAY_ERROR, false),
  SUBMIT_SCOPED_SEQUENTIAL_DELAY_ERROR_READ(Way.SCOPED_SEQUENTIAL_DELAY_ERROR, true),
  RUN(Tck.UNBOUNDED) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return Tck.unguarded(
          sluice.run(
              program ->
                  tasks.concatMap(task -> program.submit(task).map(PublisherKind::nameOf), 1)));
    }
  },
  PROGRAM_SUBMIT(1) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return inProgram(sluice, program -> program.submit(QUICK));
    }

    @Override
    Publisher<?> failed(Sluice sluice) {
      return inProgram(sluice, program -> program.submit(FAILING));
    }
  },
  PROGRAM_SUBMIT_READ(1) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return inProgram(sluice, program -> program.submit(QUICK, PublisherKind::nameOf));
    }

    @Override
    Publisher<?> failed(Sluice sluice) {
      return inProgram(sluice, program -> program.submit(FAILING, PublisherKind::nameOf));
    }
  },
  PROGRAM_ALLOC(1) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return inProgram(sluice, program -> program.alloc(DType.UINT8, 1));
    }

    // More than the heap holds.
    @Override
    Publisher<?> failed(Sluice sluice) {
      return inProgram(sluice, program -> program.alloc(DType.UINT8, 1 << 20));
    }
  },
  PROGRAM_SCOPE(Tck.UNBOUNDED) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return inProgram(
          sluice,
          program ->
              program.scope(
                  inner ->
                      tasks.concatMap(task -> inner.submit(task).map(PublisherKind::nameOf), 1)));
    }

    @Override
    Publisher<?> failed(Sluice sluice) {
      return inProgram(sluice, program -> program.scope(inner -> inner.submit(FAILING)));
    }
  },
  DRAIN(1, Skip.FAILURE) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return sluice.drain();
    }
  },
  WHY_WAITING(1, Skip.FAILURE) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return sluice.whyWaiting();
    }
  },
  WHY_DRAIN_WAITS(1, Skip.FAILURE) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return sluice.whyDrainWaits();
    }
  },
  DEMAND(1, Skip.FAILURE) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return sluice.demand();
    }
  },
  DISPOSE_GRACEFULLY(0, Skip.FAILURE) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return sluice.disposeGracefully(Duration.ofSeconds(10));
    }
  };

  static final Task QUICK = Task.call("quick", context -> {});
  static final Task FAILING =
      Task.call(
          "failing",
          context -> {
            throw new IllegalStateException("as the test wants it");
          });

  final long mostElements;

  /// What can't be tested of it.
  @SuppressWarnings("ImmutableEnumChecker")
  final List<Skip> skips;

  private final @Nullable Way way;
  private final boolean reads;

  PublisherKind(long mostElements, Skip... skips) {
    this(mostElements, null, false, skips);
  }

  /// Results are each other's equals only if a reader makes them so.
  PublisherKind(Way way, boolean reads) {
    this(Tck.UNBOUNDED, way, reads, reads ? new Skip[0] : new Skip[] {Skip.EQUAL_ELEMENTS});
  }

  PublisherKind(long mostElements, @Nullable Way way, boolean reads, Skip... skips) {
    this.mostElements = mostElements;
    this.way = way;
    this.reads = reads;
    this.skips = List.of(skips);
  }

  /// Emits as many elements as there are tasks.
  Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
    Way submitted = Objects.requireNonNull(way);
    return reads
        ? Tck.unguarded(submitted.read(sluice, tasks, PublisherKind::nameOf))
        : Tck.unguarded(submitted.results(sluice, tasks));
  }

  /// Signals an error and nothing else; null if there is no such.
  @Nullable Publisher<?> failed(Sluice sluice) {
    return skips.contains(Skip.FAILURE) ? null : publisher(sluice, Flux.just(FAILING));
  }

  final Publisher<?> emitting(Sluice sluice, long count) {
    Flux<Task> tasks = count == 0 ? Flux.empty() : Flux.just(QUICK).repeat(count - 1);
    return publisher(sluice, tasks.index((index, task) -> task.named("task " + index)));
  }

  private static String nameOf(TaskResult result) {
    return result.task().name();
  }

  /// What is assembled inside a program, which is open until the runtime is disposed of.
  private static <T> Publisher<T> inProgram(
      Sluice sluice, Function<Orchestrator, Publisher<T>> part) {
    CompletableFuture<Orchestrator> opened = new CompletableFuture<>();
    var _ =
        sluice.run(program -> opening(program, opened)).subscribe(element -> {}, disposal -> {});
    return part.apply(opened.orTimeout(10, TimeUnit.SECONDS).join());
  }

  private static Mono<Void> opening(Orchestrator program, CompletableFuture<Orchestrator> opened) {
    opened.complete(program);
    return Mono.never();
  }
}

package io.sluice.tck;

import io.sluice.Orchestrator;
import io.sluice.Sluice;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import java.time.Duration;
import java.util.List;
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
  SUBMIT(Tck.UNBOUNDED, Skip.EQUAL_ELEMENTS) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return Tck.unguarded(sluice.submit(tasks));
    }
  },
  SUBMIT_READ(Tck.UNBOUNDED) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return Tck.unguarded(sluice.submit(tasks, PublisherKind::nameOf));
    }
  },
  SUBMIT_SCOPED(Tck.UNBOUNDED, Skip.EQUAL_ELEMENTS) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return Tck.unguarded(sluice.submitScoped(tasks.map(Mono::just)));
    }
  },
  SUBMIT_SCOPED_READ(Tck.UNBOUNDED) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return Tck.unguarded(sluice.submitScoped(tasks.map(Mono::just), PublisherKind::nameOf));
    }
  },
  SUBMIT_DELAY_ERROR(Tck.UNBOUNDED, Skip.EQUAL_ELEMENTS) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return Tck.unguarded(sluice.submitDelayError(tasks));
    }
  },
  SUBMIT_SCOPED_DELAY_ERROR_READ(Tck.UNBOUNDED) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return Tck.unguarded(
          sluice.submitScopedDelayError(tasks.map(Mono::just), PublisherKind::nameOf));
    }
  },
  SUBMIT_SEQUENTIAL(Tck.UNBOUNDED, Skip.EQUAL_ELEMENTS) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return Tck.unguarded(sluice.submitSequential(tasks));
    }
  },
  SUBMIT_SCOPED_SEQUENTIAL_READ(Tck.UNBOUNDED) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return Tck.unguarded(
          sluice.submitScopedSequential(tasks.map(Mono::just), PublisherKind::nameOf));
    }
  },
  SUBMIT_SCOPED_SEQUENTIAL_DELAY_ERROR_READ(Tck.UNBOUNDED) {
    @Override
    Publisher<?> publisher(Sluice sluice, Flux<Task> tasks) {
      return Tck.unguarded(
          sluice.submitScopedSequentialDelayError(tasks.map(Mono::just), PublisherKind::nameOf));
    }
  },
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

  PublisherKind(long mostElements, Skip... skips) {
    this.mostElements = mostElements;
    this.skips = List.of(skips);
  }

  /// Emits as many elements as there are tasks.
  abstract Publisher<?> publisher(Sluice sluice, Flux<Task> tasks);

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

package io.sluice.matrix;

import io.sluice.Orchestrator;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.Task;
import io.sluice.test.ManualPublisher;
import io.sluice.test.TestSluice;
import java.util.Objects;
import reactor.core.publisher.Flux;

/// A runtime by hand with an open program, and a stranger that can take all bytes.
final class Scene implements AutoCloseable {
  private final TestSluice test =
      TestSluice.of(Sluice.builder().heap(DataSize.kibibytes(Tasks.HEAP_SLABS)).threads("cpu", 4));
  private final ManualPublisher<Object> programPublisher = ManualPublisher.create();
  private final Task stranger = Tasks.filling();
  private Orchestrator program;

  Scene() {
    var _ = test.sluice().run(this::begin).subscribe();
  }

  private Flux<Object> begin(Orchestrator orchestrator) {
    program = orchestrator;
    return programPublisher;
  }

  TestSluice test() {
    return test;
  }

  Sluice sluice() {
    return test.sluice();
  }

  Orchestrator program() {
    return Objects.requireNonNull(program);
  }

  /// The stranger takes all bytes.
  void fill() {
    var _ = test.sluice().submit(Flux.just(stranger)).subscribe();
  }

  /// The stranger gives them back.
  void empty() {
    test.workers().complete(stranger);
  }

  /// All that runs ends.
  void runAll() {
    test.workers().runAll();
  }

  void endProgram() {
    if (!programPublisher.isCancelled()) {
      programPublisher.complete();
    }
  }

  @Override
  public void close() {
    Leftovers.assertItEnds(test);
  }
}

package io.sluice.matrix;

import io.sluice.DrainReport;
import io.sluice.task.DType;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskResult;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/// What a runtime or a program answers with one element, or none, and `events()`, of which the first is
/// taken here.
enum Answer {
  DRAIN(Wait.FOR_THE_PROGRAM) {
    @Override
    Publisher<DrainReport> open(Scene scene) {
      return scene.sluice().drain();
    }
  },
  WHY_WAITING(Wait.NEVER) {
    @Override
    Publisher<?> open(Scene scene) {
      return scene.sluice().whyWaiting();
    }
  },
  WHY_DRAIN_WAITS(Wait.NEVER) {
    @Override
    Publisher<?> open(Scene scene) {
      return scene.sluice().whyDrainWaits();
    }
  },
  DEMAND(Wait.NEVER) {
    @Override
    Publisher<?> open(Scene scene) {
      return scene.sluice().demand();
    }
  },
  DISPOSE_GRACEFULLY(Wait.FOR_THE_PROGRAM) {
    @Override
    Publisher<Void> open(Scene scene) {
      return scene.sluice().disposeGracefully(Duration.ofMinutes(1));
    }
  },
  EVENTS(Wait.FOR_A_TASK) {
    @Override
    Publisher<TaskEvent> open(Scene scene) {
      return scene.sluice().events();
    }
  },
  SUBMIT(Wait.FOR_BYTES) {
    @Override
    Publisher<TaskResult> open(Scene scene) {
      return scene.program().submit(Tasks.writing(1));
    }
  },
  SUBMIT_READ(Wait.FOR_BYTES) {
    @Override
    Publisher<Integer> open(Scene scene) {
      return scene.program().submit(Tasks.writing(1), Tasks::read);
    }
  },
  SUBMIT_READ_THAT_FAILS(Wait.FOR_BYTES) {
    @Override
    Publisher<Integer> open(Scene scene) {
      return scene.program().submit(Tasks.unreadable(), Tasks::read);
    }
  },
  SUBMIT_THAT_IS_REFUSED(Wait.NEVER) {
    @Override
    Publisher<TaskResult> open(Scene scene) {
      return scene.program().submit(Tasks.tooLarge());
    }
  },
  SUBMIT_THAT_FAILS(Wait.FOR_BYTES) {
    @Override
    Publisher<TaskResult> open(Scene scene) {
      return scene.program().submit(Tasks.failing());
    }
  },
  ALLOC(Wait.FOR_BYTES) {
    @Override
    Publisher<?> open(Scene scene) {
      return scene.program().alloc(DType.UINT8, Tasks.SLAB_BYTES);
    }
  },
  ALLOC_THAT_IS_REFUSED(Wait.NEVER) {
    @Override
    Publisher<?> open(Scene scene) {
      return scene.program().alloc(DType.UINT8, Tasks.SLAB_BYTES * (Tasks.HEAP_SLABS + 1L));
    }
  },
  SCOPE(Wait.FOR_BYTES) {
    @Override
    Publisher<?> open(Scene scene) {
      return scene.program().scope(inner -> inner.submit(Tasks.writing(2)));
    }
  };

  /// What keeps it waiting if the test wants it to.
  enum Wait {
    NEVER,
    FOR_THE_PROGRAM,
    FOR_BYTES,
    FOR_A_TASK
  }

  final Wait wait;

  Answer(Wait wait) {
    this.wait = wait;
  }

  abstract Publisher<?> open(Scene scene);

  /// Lets come what it waits for.
  ///
  /// @param late whether a stranger has the bytes until then
  void resolve(Scene scene, boolean late) {
    if (late && wait == Wait.FOR_BYTES) {
      scene.empty();
    }
    if (needsTheProgramsEnd()) {
      scene.endProgram();
    }
    if (wait == Wait.FOR_A_TASK) {
      var _ = scene.sluice().submit(Flux.just(Tasks.plain("told of"))).subscribe();
    }
    scene.runAll();
  }

  boolean fails() {
    return name().contains("THAT");
  }

  /// How many elements come of it.
  int elementCount() {
    return fails() || this == DISPOSE_GRACEFULLY ? 0 : 1;
  }

  /// Whether it can resolve only when the program is over.
  boolean needsTheProgramsEnd() {
    return wait == Wait.FOR_THE_PROGRAM;
  }
}

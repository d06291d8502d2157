package io.sluice.matrix;

import io.sluice.task.Task;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;

/// What a run is made to signal: so many results, and an end.
enum Signal {
  EMPTY(0, Trouble.NONE),
  ONE(1, Trouble.NONE),
  MANY(3, Trouble.NONE),
  PUBLISHER_FAILS_FIRST(0, Trouble.PUBLISHER),
  PUBLISHER_FAILS_LATER(2, Trouble.PUBLISHER),
  KERNEL_FAILS_FIRST(0, Trouble.KERNEL),
  KERNEL_FAILS_LATER(2, Trouble.KERNEL),
  TASK_IS_REFUSED_FIRST(0, Trouble.REFUSAL),
  TASK_IS_REFUSED_LATER(2, Trouble.REFUSAL),
  READER_FAILS_FIRST(0, Trouble.READER),
  READER_FAILS_LATER(2, Trouble.READER);

  /// What goes wrong behind the results.
  enum Trouble {
    NONE,
    PUBLISHER,
    KERNEL,
    REFUSAL,
    READER
  }

  final int resultCount;
  final Trouble trouble;

  Signal(int resultCount, Trouble trouble) {
    this.resultCount = resultCount;
    this.trouble = trouble;
  }

  boolean fails() {
    return trouble != Trouble.NONE;
  }

  /// The tasks, the one that goes wrong last.
  List<Task> tasks() {
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < resultCount; i++) {
      tasks.add(Tasks.writing(i));
    }
    switch (trouble) {
      case KERNEL -> tasks.add(Tasks.failing());
      case REFUSAL -> tasks.add(Tasks.tooLarge());
      case READER -> tasks.add(Tasks.unreadable());
      case NONE, PUBLISHER -> {}
    }
    return tasks;
  }

  /// The same as a cold publisher of its own.
  Flux<Task> flux() {
    Flux<Task> tasks = Flux.defer(() -> Flux.fromIterable(tasks()));
    return trouble == Trouble.PUBLISHER
        ? tasks.concatWith(Flux.error(new IllegalStateException("the publisher fails")))
        : tasks;
  }

  /// Whether the first task is one that a heap could hold.
  boolean beginsWithATask() {
    return resultCount > 0 || trouble == Trouble.KERNEL || trouble == Trouble.READER;
  }
}

package io.sluice.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.error.Diagnosis.Reason;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.test.ManualPublisher;
import io.sluice.test.TestSluice;
import java.util.ArrayList;
import java.util.List;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// One run of the matrix, on a runtime of its own whose kernels end by hand: all happens on one thread.
///
/// Tasks come one by one, each when the result of the one before was delivered; in a burst, and where
/// nothing is asked for, they come and end at once, the last first, and their results wait.
final class MatrixCase implements AutoCloseable {
  private static final int WORKERS = 4;

  private final Route route;
  private final Signal signal;
  private final Boundary boundary;

  private final TestSluice test =
      TestSluice.of(
          Sluice.builder().heap(DataSize.kibibytes(Tasks.HEAP_SLABS)).threads("cpu", WORKERS));
  private final ManualPublisher<Task> publisher = ManualPublisher.create();
  private final List<Task> tasks;
  private final List<Integer> seen = new ArrayList<>();
  private final List<TaskResult> discarded = new ArrayList<>();
  private Subscription subscription;
  private int onNextCount;
  private int lastSignalCount;
  private boolean cancelled;
  private boolean publisherHasEnded;

  MatrixCase(Route route, Signal signal, Boundary boundary) {
    this.route = route;
    this.signal = signal;
    this.boundary = boundary;
    this.tasks = signal.tasks();
  }

  void verify() {
    if (boundary.isWait()) {
      occupy();
    }
    script().verify(Leftovers.BOUND);
    afterwards();
    assertWhatWasSeen();
    Leftovers.assertNone(test);
  }

  // ---- what happens ----

  private StepVerifier script() {
    var script = StepVerifier.create(observed(), boundary.asksLate() ? 0 : Long.MAX_VALUE);
    return switch (boundary) {
      case INSIDE_ON_SUBSCRIBE -> script.thenCancel();
      case BEFORE_ANY_TASK ->
          script.then(() -> assertThat(publisher.outstanding()).isPositive()).thenCancel();
      case WHILE_A_TASK_WAITS_FOR_BYTES ->
          script.then(() -> comesAndWaits(Reason.HEAP_FULL)).thenCancel();
      case WHILE_A_TASK_WAITS_FOR_A_WORKER ->
          script.then(() -> comesAndWaits(Reason.NO_IDLE_WORKER)).thenCancel();
      case WHILE_A_KERNEL_RUNS -> script.then(this::comesAndRuns).thenCancel();
      case BEFORE_ANY_REQUEST -> script.then(this::allComeAndEnd).thenCancel();
      case INSIDE_THE_FIRST_OF_A_BURST, INSIDE_THE_SECOND_OF_A_BURST, INSIDE_THE_THIRD_OF_A_BURST ->
          takes(script.then(this::allComeAndEnd).thenRequest(Long.MAX_VALUE), boundary.onNext)
              .thenCancel();
      case INSIDE_THE_FIRST_ON_NEXT, INSIDE_THE_SECOND_ON_NEXT, INSIDE_THE_THIRD_ON_NEXT ->
          oneByOne(script, boundary.onNext).thenCancel();
      case BEHIND_THE_LAST_RESULT -> oneByOne(script, signal.resultCount).thenCancel();
      case NEVER, INSIDE_THE_LAST_SIGNAL, BEHIND_THE_END -> toTheEnd(script);
    };
  }

  private StepVerifier.Step<Object> oneByOne(StepVerifier.Step<Object> script, int count) {
    StepVerifier.Step<Object> behind = script;
    for (Task task : tasks.subList(0, count)) {
      behind = takes(behind.then(() -> comes(task)).then(() -> ends(task)), 1);
    }
    return behind;
  }

  private StepVerifier.Step<Object> takes(StepVerifier.Step<Object> script, int count) {
    StepVerifier.Step<Object> behind = script;
    for (int i = 0; i < count; i++) {
      behind = behind.consumeNextWith(element -> seen.add(Tasks.take(element)));
    }
    return behind;
  }

  private StepVerifier toTheEnd(StepVerifier.Step<Object> script) {
    StepVerifier.Step<Object> behind =
        oneByOne(script, signal.resultCount).then(this::goesWrong).then(this::publisherEnds);
    return signal.fails() ? behind.expectError() : behind.expectComplete();
  }

  private Flux<Object> observed() {
    return route
        .open(test.sluice(), publisher)
        .doOnDiscard(TaskResult.class, discarded::add)
        .doOnSubscribe(this::subscribed)
        .doOnNext(element -> sawElement())
        .doOnTerminate(this::sawLastSignal)
        .doOnCancel(() -> cancelled = true);
  }

  private void subscribed(Subscription toRun) {
    subscription = toRun;
    if (boundary == Boundary.INSIDE_ON_SUBSCRIBE) {
      cancel();
    }
  }

  private void sawElement() {
    if (++onNextCount == boundary.onNext) {
      cancel();
    }
  }

  private void sawLastSignal() {
    lastSignalCount++;
    if (boundary == Boundary.INSIDE_THE_LAST_SIGNAL) {
      cancel();
    }
  }

  private void cancel() {
    cancelled = true;
    subscription.cancel();
  }

  private void comes(Task task) {
    assertThat(publisher.outstanding()).as("asked for a task").isPositive();
    publisher.next(task);
  }

  private void ends(Task task) {
    test.workers().run(task);
  }

  private void allComeAndEnd() {
    tasks.forEach(this::comes);
    tasks.reversed().forEach(this::ends);
  }

  private void comesAndRuns() {
    comes(tasks.getFirst());
    assertThat(test.workers().isRunning(tasks.getFirst())).isTrue();
  }

  private void comesAndWaits(Reason reason) {
    comes(tasks.getFirst());
    assertThat(test.whyWaiting().reason()).isEqualTo(reason);
  }

  private void goesWrong() {
    if (tasks.size() == signal.resultCount) {
      return;
    }
    Task last = tasks.getLast();
    comes(last);
    switch (signal.trouble) {
      case KERNEL, READER -> ends(last);
      case REFUSAL -> assertThat(test.workers().startedNames()).doesNotContain(last.name());
      case NONE, PUBLISHER -> {}
    }
  }

  private void publisherEnds() {
    if (publisher.isCancelled()) {
      return;
    }
    publisherHasEnded = true;
    if (signal.trouble == Signal.Trouble.PUBLISHER) {
      publisher.fail(new IllegalStateException("the publisher fails"));
    } else {
      publisher.complete();
    }
  }

  /// A stranger's tasks take all bytes, or all workers.
  private void occupy() {
    Flux<Task> strangers =
        boundary == Boundary.WHILE_A_TASK_WAITS_FOR_BYTES
            ? Flux.just(Tasks.filling())
            : Flux.just(Tasks.plain("stranger")).repeat(WORKERS - 1);
    var _ = test.sluice().submit(strangers).subscribe();
  }

  /// What runs, ends; nothing else starts. To cancel once more, and to request, changes nothing.
  private void afterwards() {
    List<String> started = test.workers().startedNames();
    test.workers().runAll();
    if (cancelled) {
      assertThat(test.workers().startedNames()).as("started behind the cancel").isEqualTo(started);
    }
    if (boundary != Boundary.NEVER) {
      subscription.cancel();
      subscription.request(1);
      subscription.cancel();
    }
  }

  // ---- what was seen ----

  private void assertWhatWasSeen() {
    assertThat(onNextCount).as("elements").isEqualTo(expectedCount());
    assertThat(seen).as("each element once").hasSize(onNextCount).doesNotHaveDuplicates();
    assertThat(lastSignalCount).as("last signals").isEqualTo(boundary.isBehindTheEnd() ? 1 : 0);
    assertThatUpstreamKnows();
    assertThatWhatWaitedWasDiscarded();
  }

  private int expectedCount() {
    if (boundary.onNext > 0) {
      return boundary.onNext;
    }
    return boundary.isBehindTheEnd() || boundary == Boundary.BEHIND_THE_LAST_RESULT
        ? signal.resultCount
        : 0;
  }

  /// Law 8: who has not ended is cancelled, also by a run that has failed. One that has ended is left
  /// alone; inside a program that is the operators' matter, of which some cancel what has failed.
  private void assertThatUpstreamKnows() {
    if (boundary == Boundary.INSIDE_ON_SUBSCRIBE) {
      assertThat(publisher.isSubscribed()).as("whether the publisher was subscribed to").isFalse();
    } else if (!route.isProgram() || !publisherHasEnded) {
      assertThat(publisher.isCancelled())
          .as("whether the publisher was cancelled")
          .isEqualTo(!publisherHasEnded);
    }
  }

  private void assertThatWhatWaitedWasDiscarded() {
    if (!route.isProgram()) {
      int waited = boundary.asksLate() ? signal.resultCount - onNextCount : 0;
      assertThat(discarded).as("results told to the onDiscard hook").hasSize(waited);
    }
    assertThat(discarded).as("discarded results").allMatch(TaskResult::isClosed);
  }

  @Override
  public void close() {
    Leftovers.assertItEnds(test);
  }

  @Override
  public String toString() {
    return route + ", " + signal + ", " + boundary;
  }
}

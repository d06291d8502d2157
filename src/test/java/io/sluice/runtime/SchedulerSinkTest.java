package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.Engine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SchedulerSinkTest {
  private final EventQueue queue = new EventQueue();
  private final List<Integer> applied = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private final ArrayDeque<Runnable> executor = new ArrayDeque<>();
  private final Recorder recorder = new Recorder();
  private SchedulerSink sink = new SchedulerSink(queue, recorder, executor::add);

  @Test
  void aPostIsDrainedByWhoPosts() {
    sink.post(new Numbered(1));
    assertThat(applied).containsExactly(1);
    assertThat(executor).isEmpty();
  }

  @Test
  void aPostFromInsideTheDrainIsAppliedBehindAndNotNested() {
    sink.post(
        event(
            () -> {
              sink.post(new Numbered(2));
              applied.add(1);
            }));
    assertThat(applied).containsExactly(1, 2);
    assertThat(recorder.drainCount).as("drains").isEqualTo(1);
  }

  @Test
  void withoutAPromiseOfMoreWhoPostsWithTheNextDrains() {
    sink.postWithNext(new Numbered(1));
    assertThat(applied).containsExactly(1);
  }

  @Test
  void whatIsPostedWithTheNextGoesBeforeItInItsDrain() {
    promise();
    sink.postWithNext(new Numbered(1));
    sink.postWithNext(new Numbered(2));
    assertThat(applied).as("before the promised event").isEmpty();

    sink.post(new Numbered(3));
    assertThat(applied).containsExactly(1, 2, 3);
    assertThat(recorder.drainCount).as("drains, with the one that promised").isEqualTo(2);
  }

  /// The promised event has come, and no other will.
  @Test
  void whatIsPostedWhileThePromiseIsTakenBackIsApplied() {
    promise();
    recorder.promises = false;
    recorder.whenAsked = () -> sink.postWithNext(new Numbered(1));
    sink.post(event(() -> {}));
    assertThat(applied).containsExactly(1);

    sink.postWithNext(new Numbered(2));
    assertThat(applied).as("behind the promise").containsExactly(1, 2);
  }

  private void promise() {
    recorder.promises = true;
    sink.post(event(() -> {}));
  }

  @Test
  void anEventMayBePostedAgainFromItsOwnApply() {
    Again again = new Again();
    sink.post(again);
    assertThat(again.count).isEqualTo(5);
    assertThat(recorder.drainCount).as("drains").isEqualTo(1);
  }

  @Test
  void whatIsLeftAtTheBoundGoesToTheExecutorOnce() {
    int count = 2 * SchedulerSink.MAX_EVENTS_PER_DRAIN + 7;
    sink.post(event(() -> IntStream.range(0, count).forEach(i -> sink.post(new Numbered(i)))));
    assertThat(applied).hasSize(SchedulerSink.MAX_EVENTS_PER_DRAIN - 1);
    assertThat(executor).as("handed over").hasSize(1);
    assertThat(recorder.idleCount).as("idle while events were left").isZero();

    executor.remove().run();
    assertThat(applied).hasSize(2 * SchedulerSink.MAX_EVENTS_PER_DRAIN - 1);
    assertThat(executor).as("handed over again").hasSize(1);

    executor.remove().run();
    assertThat(applied).isEqualTo(IntStream.range(0, count).boxed().toList());
    assertThat(executor).isEmpty();
    assertThat(recorder.idleCount).isPositive();
  }

  @Test
  void aPostWhileTheRestWaitsForTheExecutorDoesNotDrain() {
    int count = SchedulerSink.MAX_EVENTS_PER_DRAIN;
    sink.post(event(() -> IntStream.range(0, count).forEach(i -> sink.post(new Numbered(i)))));
    sink.post(new Numbered(count));
    assertThat(applied).hasSize(count - 1);
    assertThat(executor).hasSize(1);
    executor.remove().run();
    assertThat(applied).isEqualTo(IntStream.rangeClosed(0, count).boxed().toList());
  }

  @Test
  void theBoundIsThatOfOneDrainAndNotOfOnePass() {
    int[] left = {3 * SchedulerSink.MAX_EVENTS_PER_DRAIN};
    sink.post(new Chain(left));
    assertThat(3 * SchedulerSink.MAX_EVENTS_PER_DRAIN - left[0])
        .isEqualTo(SchedulerSink.MAX_EVENTS_PER_DRAIN);
    assertThat(executor).hasSize(1);
  }

  @Test
  void whereTheExecutorFailsTheDrainGoesOn() {
    sink =
        new SchedulerSink(
            queue,
            recorder,
            rest -> {
              throw new RejectedExecutionException("no thread");
            });
    int count = 3 * SchedulerSink.MAX_EVENTS_PER_DRAIN;
    sink.post(event(() -> IntStream.range(0, count).forEach(i -> sink.post(new Numbered(i)))));
    assertThat(applied).isEqualTo(IntStream.range(0, count).boxed().toList());
  }

  @Test
  void anExecutorThatTakesTheRestAndThenFailsDoesNotMakeTwoDrains() {
    sink =
        new SchedulerSink(
            queue,
            recorder,
            rest -> {
              executor.add(rest);
              throw new OutOfMemoryError("unable to create a native thread");
            });
    int count = SchedulerSink.MAX_EVENTS_PER_DRAIN + 1;
    sink.post(event(() -> IntStream.range(0, count).forEach(i -> sink.post(new Numbered(i)))));
    assertThat(applied).hasSize(count);
    int drains = recorder.drainCount;
    executor.forEach(Runnable::run);
    assertThat(recorder.drainCount).isEqualTo(drains);
  }

  @Test
  void actionsAreTakenOutsideTheDrain() {
    sink.post(
        event(
            () ->
                recorder.outbox.add(
                    () -> {
                      log.add("action");
                      sink.post(event(() -> log.add("applied")));
                      log.add("action ends");
                    })));
    assertThat(log).containsExactly("action", "applied", "action ends");
    assertThat(recorder.drainCount).as("the action's post drained by itself").isEqualTo(2);
  }

  @Test
  void anActionThatThrowsDoesNotStopTheOthers() {
    try (LogCapture logged = LogCapture.start()) {
      sink.post(
          event(
              () -> {
                recorder.outbox.add(() -> log.add("first"));
                recorder.outbox.add(
                    () -> {
                      throw new AssertionError("thrown by a subscriber");
                    });
                recorder.outbox.add(() -> log.add("last"));
              }));
      assertThat(logged.text()).contains("thrown by a subscriber");
    }
    sink.post(new Numbered(1));
    assertThat(log).containsExactly("first", "last");
    assertThat(applied).containsExactly(1);
  }

  @Test
  void actionsThatBringOthersDoNotDeepenTheStackWithoutBound() {
    int[] inside = {0, 0};
    int[] left = {100_000};
    sink.post(new Acting(inside, left));
    assertThat(left[0]).as("actions that were not taken").isZero();
    assertThat(inside[1]).as("deepest").isEqualTo(Outbox.Nesting.MAX_DEPTH);
    assertThat(inside[0]).as("still inside").isZero();
  }

  @Test
  void anErrorPastTheDrainerLeavesTheRestToTheExecutorAndLosesNoAction() {
    sink.post(
        event(
            () -> {
              recorder.outbox.add(() -> log.add("told"));
              sink.post(event(recorder::throwPast));
              sink.post(new Numbered(1));
            }));
    assertThat(log).containsExactly("told");
    assertThat(applied).isEmpty();
    executor.remove().run();
    sink.post(new Numbered(2));
    assertThat(applied).containsExactly(1, 2);
    assertThat(executor).isEmpty();
  }

  @Test
  void anErrorOfTheOnlyEventDoesNotKeepLaterOnesFromBeingApplied() {
    sink.post(event(recorder::throwPast));
    executor.remove().run();
    sink.post(new Numbered(1));
    assertThat(applied).containsExactly(1);
  }

  @Test
  void anErrorPastTheDrainerWhereTheExecutorFailsIsPassedOver() {
    sink =
        new SchedulerSink(
            queue,
            recorder,
            rest -> {
              throw new RejectedExecutionException("no thread");
            });
    sink.post(
        event(
            () -> {
              sink.post(event(recorder::throwPast));
              sink.post(new Numbered(1));
            }));
    sink.post(new Numbered(2));
    assertThat(applied).containsExactly(1, 2);
  }

  @Test
  void theEngineIsNotCalledQuietWhileAnEventIsBeingPostedBeforeOthers() {
    SinkEvent early = new Numbered(1);
    SinkEvent before = queue.takePlace(early);
    sink.post(new Numbered(2));
    assertThat(applied).as("what lies behind the gap").isEmpty();
    assertThat(recorder.idleCount).as("called quiet with an event behind the gap").isZero();

    EventQueue.link(before, early);
    sink.post(new Numbered(3));
    assertThat(applied).containsExactly(1, 2, 3);
    assertThat(recorder.idleCount).isEqualTo(1);
  }

  @Test
  void anEventThatWasAppliedKeepsNoneOfThoseBehindIt() {
    Numbered[] events = IntStream.range(0, 5).mapToObj(Numbered::new).toArray(Numbered[]::new);
    sink.post(
        event(
            () -> {
              for (Numbered event : events) {
                sink.post(event);
              }
            }));
    assertThat(applied).hasSize(5);
    assertThat(events).allSatisfy(event -> assertThat(event.next).isNull());
  }

  private SinkEvent event(Runnable whatToDo) {
    return new SinkEvent() {
      @Override
      void apply(Engine engine) {
        whatToDo.run();
      }
    };
  }

  /// Adds its number to what was applied.
  private final class Numbered extends SinkEvent {
    private final int number;

    Numbered(int number) {
      this.number = number;
    }

    @Override
    void apply(Engine engine) {
      applied.add(number);
    }
  }

  /// Has an action that posts two more like itself, as long as any are left.
  private final class Acting extends SinkEvent {
    private final int[] inside;
    private final int[] left;

    Acting(int[] inside, int[] left) {
      this.inside = inside;
      this.left = left;
    }

    @Override
    void apply(Engine engine) {
      recorder.outbox.add(this::act);
    }

    private void act() {
      inside[0]++;
      inside[1] = Math.max(inside[1], inside[0]);
      for (int i = 0; i < 2 && left[0] > 0; i++) {
        left[0]--;
        sink.post(new Acting(inside, left));
      }
      inside[0]--;
    }
  }

  /// Posts itself four times more.
  private final class Again extends SinkEvent {
    private int count;

    @Override
    void apply(Engine engine) {
      if (++count < 5) {
        sink.post(this);
      }
    }
  }

  /// Posts one more like itself, one at a time, so that each pass finds a single event.
  private final class Chain extends SinkEvent {
    private final int[] left;

    Chain(int[] left) {
      this.left = left;
    }

    @Override
    void apply(Engine engine) {
      if (--left[0] > 0) {
        sink.post(new Chain(left));
      }
    }
  }

  /// A drain without an engine, which checks that it is never entered twice and idle only when empty.
  private final class Recorder implements SchedulerSink.Drainer {
    private Outbox outbox = new Outbox();
    private boolean applying;
    private boolean promises;
    private boolean behind;
    private Runnable whenAsked = () -> {};
    private int drainCount;
    private int idleCount;

    void throwPast() {
      applying = false;
      throw new StackOverflowError("thrown by the test");
    }

    @Override
    public void begin(Outbox fresh) {
      outbox = fresh;
      drainCount++;
    }

    @Override
    @SuppressWarnings("DataFlowIssue") // these events need no engine
    public void apply(SinkEvent event) {
      assertThat(applying).as("nested").isFalse();
      applying = true;
      behind = true;
      event.apply(null);
      applying = false;
    }

    @Override
    public void applied() {
      behind = false;
    }

    @Override
    public void idle() {
      assertThat(behind).as("idle before it was told that all is applied").isFalse();
      assertThat(queue.isEmpty()).as("empty when called idle").isTrue();
      idleCount++;
    }

    @Override
    public boolean isMoreComing() {
      assertThat(behind).as("asked before it was told that all is applied").isFalse();
      Runnable once = whenAsked;
      whenAsked = () -> {};
      once.run();
      return promises;
    }
  }
}

package io.sluice.runtime;

import io.sluice.task.TaskEvent;
import io.sluice.tck.ExplainedSkips;
import io.sluice.tck.Skip;
import io.sluice.tck.Tck;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.opentest4j.TestAbortedException;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.junit5.PublisherVerification;

/// The Reactive Streams TCK over `events()`: each listener has a hub of its own, where so many events
/// happen before the runtime ends.
class EventHubTckTest extends PublisherVerification<TaskEvent> {
  private static final int BUFFER_COUNT = 1_024;

  @RegisterExtension
  private final ExplainedSkips skips = new ExplainedSkips(() -> List.of(Skip.FAILURE));

  EventHubTckTest() {
    super(Tck.environment());
  }

  @Override
  public long maxElementsFromPublisher() {
    return BUFFER_COUNT;
  }

  @Override
  public Publisher<TaskEvent> createPublisher(long elements) {
    return subscriber -> {
      EventHub hub = new EventHub(Runnable::run);
      Tck.unguarded(hub.events(BUFFER_COUNT)).subscribe(subscriber);
      for (long i = 0; i < elements; i++) {
        hub.note(new TaskEvent.Drained(i, 1));
        hub.deliver();
      }
      hub.complete();
    };
  }

  @Override
  public Publisher<TaskEvent> createFailedPublisher() {
    return null;
  }

  /// The TCK waits for a fixed time, which is too long for most machines and too short for a busy one.
  @Test
  @Override
  public void
      required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber()
          throws Throwable {
    activePublisherTest(3, false, publisher -> Tck.awaitCollected(cancelledListenerTo(publisher)));
  }

  private static Reference<?> cancelledListenerTo(Publisher<TaskEvent> publisher)
      throws InterruptedException {
    var subscriber = Tck.environment().newManualSubscriber(publisher);
    subscriber.requestNextElement();
    subscriber.cancel();
    return new WeakReference<>(subscriber);
  }

  /// The kit lets a test pass that it gives up.
  @Override
  public void notVerified(String why) {
    throw new TestAbortedException(why);
  }
}

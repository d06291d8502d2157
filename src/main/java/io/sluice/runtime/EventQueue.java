package io.sluice.runtime;

import io.sluice.engine.Engine;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// An unbounded queue of events: any thread posts, one at a time drains. Events are its nodes, so
/// that posting allocates nothing.
///
/// | field | owner | access mode |
/// | --- | --- | --- |
/// | `tail` | posters | atomic exchange |
/// | `SinkEvent.next` | its poster writes, the drainer reads | release, acquire |
/// | `head` | the drainer | plain |
///
/// **Bound.** None of its own: what posts is bounded by look-ahead, workers, results in flight and the
/// calls that users make.
///
/// Source: D. Vyukov, intrusive multi-producer single-consumer node-based queue, 2010.
@SuppressWarnings("ReferenceEquality") // nodes are compared, not what they say
final class EventQueue {
  private static final VarHandle TAIL;
  private static final VarHandle NEXT;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      TAIL = lookup.findVarHandle(EventQueue.class, "tail", SinkEvent.class);
      NEXT = lookup.findVarHandle(SinkEvent.class, "next", SinkEvent.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final SinkEvent stub = new Stub();
  private SinkEvent head = stub;

  @SuppressWarnings("FieldMayBeFinal")
  private volatile SinkEvent tail = stub;

  /// Any thread.
  void offer(SinkEvent event) {
    link(takePlace(event), event);
  }

  /// The first step: gives an event its place in the order.
  ///
  /// @return the one before it
  SinkEvent takePlace(SinkEvent event) {
    NEXT.set(event, null);
    return (SinkEvent) TAIL.getAndSet(this, event);
  }

  /// The second step: lets the drainer find it.
  static void link(SinkEvent before, SinkEvent event) {
    NEXT.setRelease(before, event);
  }

  /// The drainer only: whether no event is queued, not even one that can't be polled yet because its
  /// poster, or that of one before it, is between its two steps.
  boolean isEmpty() {
    return head == stub && tail == stub;
  }

  /// The drainer only. Null if it is empty, or if the next poster is between its two steps; that one
  /// raises the work count behind its second step, so it is not missed.
  @Nullable SinkEvent poll() {
    SinkEvent first = head;
    SinkEvent second = (SinkEvent) NEXT.getAcquire(first);
    if (first == stub) {
      if (second == null) {
        return null;
      }
      head = second;
      first = second;
      second = (SinkEvent) NEXT.getAcquire(first);
    }
    return second == null ? pollLast(first) : taken(first, second);
  }

  /// The event forgets its successor: one that is kept must not keep all that came behind it.
  private SinkEvent taken(SinkEvent event, SinkEvent behind) {
    head = behind;
    NEXT.set(event, null);
    return event;
  }

  /// The last event can only leave with another one behind it: the stub takes that place.
  private @Nullable SinkEvent pollLast(SinkEvent last) {
    if (tail != last) {
      return null;
    }
    offer(stub);
    SinkEvent behind = (SinkEvent) NEXT.getAcquire(last);
    return behind == null ? null : taken(last, behind);
  }

  private static final class Stub extends SinkEvent {
    @Override
    void apply(Engine engine) {
      throw new IllegalStateException("the stub was polled; this is a bug in Sluice");
    }
  }
}

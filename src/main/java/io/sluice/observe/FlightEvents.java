package io.sluice.observe;

import io.sluice.task.TaskEvent;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/// The events that go into the flight recorder. JFR reads their fields.
final class FlightEvents {
  private FlightEvents() {}

  static void admission(TaskEvent.Admitted told) {
    Admission event = new Admission();
    if (event.shouldCommit()) {
      event.task = told.taskId().toString();
      event.name = told.taskName();
      event.kernel = told.kernel();
      event.run = told.run().toString();
      event.bytes = told.bytes();
      event.waitedNs = told.waitedNs();
      event.demandCount = told.demandCount();
      event.commit();
    }
  }

  static void dispatch(TaskEvent.Started told) {
    Dispatch event = new Dispatch();
    if (event.shouldCommit()) {
      event.task = told.taskId().toString();
      event.name = told.taskName();
      event.run = told.run().toString();
      event.member = told.memberIndex();
      event.pool = told.pool();
      event.worker = told.worker();
      event.commit();
    }
  }

  static void completion(TaskEvent.Completed told) {
    Completion event = new Completion();
    if (event.shouldCommit()) {
      event.task = told.taskId().toString();
      event.name = told.taskName();
      event.run = told.run().toString();
      event.state = "COMPLETED";
      event.runTimeNs = told.runTimeNs();
      event.commit();
    }
  }

  static void completion(TaskEvent.Failed told) {
    Completion event = new Completion();
    if (event.shouldCommit()) {
      event.task = told.taskId().toString();
      event.name = told.taskName();
      event.run = told.run().toString();
      event.state = "FAILED";
      event.failure = told.cause().getClass().getName();
      event.commit();
    }
  }

  static void completion(TaskEvent.Cancelled told) {
    Completion event = new Completion();
    if (event.shouldCommit()) {
      event.task = told.taskId().toString();
      event.name = told.taskName();
      event.run = told.run().toString();
      event.state = "CANCELLED";
      event.commit();
    }
  }

  static void stall(TaskEvent.Stalled told) {
    Stall event = new Stall();
    if (event.shouldCommit()) {
      event.run = told.run() == null ? null : told.run().toString();
      event.reason = told.diagnosis().reason().name();
      event.sentence = told.diagnosis().sentence();
      event.commit();
    }
  }

  @Name("sluice.Admission")
  @Label("Task Admitted")
  @Category("Sluice")
  @StackTrace(false)
  static final class Admission extends Event {
    @Nullable String task;
    @Nullable String name;
    @Nullable String kernel;
    @Nullable String run;
    @DataAmount long bytes;
    @Timespan long waitedNs;
    long demandCount;
  }

  @Name("sluice.Dispatch")
  @Label("Task Dispatched")
  @Category("Sluice")
  @StackTrace(false)
  static final class Dispatch extends Event {
    @Nullable String task;
    @Nullable String name;
    @Nullable String run;
    int member;
    @Nullable String pool;
    int worker;
  }

  @Name("sluice.Completion")
  @Label("Task Decided")
  @Category("Sluice")
  @StackTrace(false)
  static final class Completion extends Event {
    @Nullable String task;
    @Nullable String name;
    @Nullable String run;
    @Nullable String state;
    @Timespan long runTimeNs;
    @Nullable String failure;
  }

  @Name("sluice.Stall")
  @Label("Stall")
  @Category("Sluice")
  @StackTrace(false)
  static final class Stall extends Event {
    @Nullable String run;
    @Nullable String reason;
    @Nullable String sentence;
  }
}

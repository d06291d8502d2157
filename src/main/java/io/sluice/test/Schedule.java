package io.sluice.test;

import io.sluice.DrainReport;
import io.sluice.Figures;
import io.sluice.Sluice;
import io.sluice.SluiceBuilder;
import io.sluice.SluiceInternals;
import io.sluice.error.Diagnosis;
import io.sluice.runtime.CalledKernel;
import io.sluice.runtime.Surroundings;
import io.sluice.task.Task;
import io.sluice.worker.ThreadKind;
import io.sluice.worker.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// One pipeline on a runtime of its own under one [Plan], on one thread: whatever could happen next is
/// a [Move], and the plan picks one after another until none is left.
///
/// Virtual time passes only when nothing else can happen.
///
/// **Confinement.** The thread that makes it.
///
/// @param <T> the pipeline's elements
final class Schedule<T> implements Surroundings {
  private static final long MOST_STEPS = 200_000;

  /// So many timers in a row, with nothing between them, are a clock that ticks for nobody.
  private static final int MOST_IDLE_TIMERS = 10_000;

  private final Plan plan;
  private final FreshBytes freshBytes;
  private final @Nullable UnwrittenBytes unwritten;
  private final Watchdog watchdog;
  private final OneThread thread = new OneThread();
  private final VirtualTime time = VirtualTime.create();
  private final Lanes lanes = new Lanes(thread, time);
  private final StepSubscriber<T> subscriber = new StepSubscriber<>(thread);
  private final Trace trace = new Trace();

  /// Synchronised, for the sake of a pipeline with threads of its own, until it is found out.
  private final List<RunningMember> given = Collections.synchronizedList(new ArrayList<>());

  private final List<Runnable> rests = Collections.synchronizedList(new ArrayList<>());
  private final List<RunningMember> ran = Collections.synchronizedList(new ArrayList<>());
  private long peakHeapBytes;
  private long kernelCount;
  private long injectedCount;
  private int idleTimerCount;
  private boolean over;

  /// @param unwritten calls the kernels and looks at what they leave out; null for none
  Schedule(
      Plan plan, FreshBytes freshBytes, @Nullable UnwrittenBytes unwritten, Watchdog watchdog) {
    this.plan = plan;
    this.freshBytes = freshBytes;
    this.unwritten = unwritten;
    this.watchdog = watchdog;
  }

  /// Runs the pipeline to its end, and checks that it comes to one and leaves nothing behind.
  ///
  /// @throws ScheduleFailure if not, or if the pipeline throws
  Ending<T> run(SluiceBuilder builder, Function<? super Sluice, ? extends Publisher<T>> pipeline) {
    Sluice sluice = SluiceInternals.build(builder, this);
    try {
      Flux.from(Objects.requireNonNull(pipeline.apply(sluice), "the pipeline"))
          .subscribe(subscriber);
      goOn(sluice);
      checkEnd(sluice);
      return new Ending<>(
          plan.seed(), subscriber, trace, kernelCount, injectedCount, peakHeapBytes);
    } catch (ScheduleFailure failure) {
      throw failure;
    } catch (Throwable thrown) {
      throw watchdog.hasBitten()
          ? failure("it was blocked inside a step, and interrupted", thrown)
          : failure("it threw %s".formatted(thrown), thrown);
    } finally {
      end(sluice);
    }
  }

  Lanes lanes() {
    return lanes;
  }

  private void goOn(Sluice sluice) {
    while (step()) {
      watchdog.moved();
      peakHeapBytes = Math.max(peakHeapBytes, sluice.figures().heapPeakBytes());
      if (watchdog.hasBitten()) {
        throw failure("it was blocked inside a step, and interrupted", subscriber.error());
      }
      if (trace.stepCount() >= MOST_STEPS) {
        throw failure(
            String.format(
                Locale.ROOT,
                "it has not ended after %,d steps; bound an endless stream, as with take(n)",
                MOST_STEPS),
            null);
      }
    }
  }

  /// Does what comes next; false if nothing can.
  private boolean step() {
    if (plan.cancelsAt(trace.stepCount()) && !subscriber.isOver()) {
      trace.add("the subscriber cancels", "");
      subscriber.giveUp();
      return true;
    }
    Move move = plan.next(this::choices);
    if (move == null) {
      return letTimePass();
    }
    idleTimerCount = 0;
    make(move, plan.choice(choices(move)));
    return true;
  }

  private boolean letTimePass() {
    if (subscriber.isOver() || ++idleTimerCount > MOST_IDLE_TIMERS || !time.advanceToNext()) {
      return false;
    }
    trace.add("time passes to", time.elapsed());
    return true;
  }

  private int choices(Move move) {
    return switch (move) {
      case DRAIN -> rests.size();
      case TASK -> lanes.busyCount();
      case REQUEST -> subscriber.mayAsk() ? 1 : 0;
      case RUN -> given.size();
      case END -> ran.size();
      case CLOSE -> subscriber.heldCount();
    };
  }

  private void make(Move move, int choice) {
    switch (move) {
      case DRAIN -> rests.remove(choice).run();
      case TASK -> {
        trace.add("a scheduler's task", "");
        lanes.run(choice);
      }
      case REQUEST -> ask(plan.request());
      case RUN -> begin(given.remove(choice));
      case END -> finish(ran.remove(choice));
      case CLOSE -> {
        trace.add("the subscriber closes a result", "");
        subscriber.close(choice);
      }
    }
  }

  private void ask(long count) {
    trace.add("the subscriber requests", count);
    subscriber.ask(count);
  }

  private void begin(RunningMember member) {
    if (plan.crashes()) {
      crash(member);
      return;
    }
    trace.addKernel("the kernel runs of", member);
    member.run(() -> ended(member));
  }

  private void ended(RunningMember member) {
    thread.check("the end of a kernel");
    ran.add(member);
  }

  private void finish(RunningMember member) {
    if (plan.crashes()) {
      crash(member);
      return;
    }
    trace.addKernel("the end is told of", member);
    member.tellEnd();
  }

  private void crash(RunningMember member) {
    trace.addKernel("the worker is lost of", member);
    injectedCount++;
    member.tellLost();
  }

  private void checkEnd(Sluice sluice) {
    String foreign = thread.foreign();
    if (foreign != null) {
      throw failure(
          foreign
              + ", so that the order is a matter of luck; use Schedules.reactorSchedulers(), or"
              + " no threads",
          null);
    }
    if (!subscriber.isOver()) {
      throw failure("it is blocked: " + sentence(sluice.whyWaiting()), null);
    }
    checkQuiet(sluice);
  }

  private void checkQuiet(Sluice sluice) {
    List<DrainReport> reports = new ArrayList<>();
    Disposable drain = sluice.drain().subscribe(reports::add);
    if (reports.isEmpty()) {
      drain.dispose();
      throw failure(
          "it has ended, but something is held: " + sentence(sluice.whyDrainWaits()), null);
    }
    Figures after = sluice.figures();
    if (after.heapUsedBytes() != 0 || after.liveCount() != 0 || after.runningCount() != 0) {
      throw failure("a drain has resolved, but " + after + "; this is a bug in Sluice", null);
    }
  }

  /// The runtime answers at once: nobody else is at work in it.
  private static String sentence(Mono<Diagnosis> question) {
    List<Diagnosis> answers = new ArrayList<>();
    var _ = question.subscribe(answers::add);
    return answers.isEmpty() ? "the runtime does not say why" : answers.getFirst().sentence();
  }

  /// Lets go of everything, whatever state it is in.
  private void end(Sluice sluice) {
    over = true;
    sluice.dispose();
    while (!given.isEmpty() || !ran.isEmpty() || !rests.isEmpty()) {
      takeAll(given).forEach(member -> member.run(() -> ran.add(member)));
      takeAll(ran).forEach(RunningMember::tellEnd);
      takeAll(rests).forEach(Runnable::run);
    }
  }

  private static <E> List<E> takeAll(List<E> list) {
    List<E> all = List.copyOf(list);
    list.removeAll(all);
    return all;
  }

  private ScheduleFailure failure(String what, @Nullable Throwable cause) {
    return ScheduleFailure.of(plan.seed(), what, trace, cause);
  }

  @Override
  public WorkerPool pool(ThreadKind kind, String name, int workerCount) {
    return new ManualPool(name, workerCount, this::add);
  }

  private void add(RunningMember member) {
    thread.check("a task for a worker");
    given.add(member);
  }

  @Override
  public Scheduler timers() {
    return time;
  }

  @Override
  public double chance() {
    return plan.chance();
  }

  @Override
  public Executor overflow() {
    return rests::add;
  }

  @Override
  public void admitted(Task task, MemorySegment slab) {
    freshBytes.fill(slab);
  }

  @Override
  public void call(CalledKernel called) throws Exception {
    if (!over) {
      boolean fails = failsBehind(called);
      callKernel(called);
      if (fails) {
        throw injected(called);
      }
    }
  }

  @Override
  public Mono<Void> begin(CalledKernel called) throws Exception {
    if (over) {
      return Mono.empty();
    }
    boolean fails = failsBehind(called);
    Mono<Void> work = Objects.requireNonNull(called.task().reactiveKernel()).run(called);
    return fails ? work.then(Mono.error(() -> injected(called))) : work;
  }

  /// Whether the kernel is to fail behind its work; it may fail here and now.
  private boolean failsBehind(CalledKernel called) {
    thread.check("the call of a kernel");
    kernelCount++;
    boolean fails = plan.fails();
    if (fails && plan.failsFirst()) {
      throw injected(called);
    }
    return fails;
  }

  private void callKernel(CalledKernel called) throws Exception {
    if (unwritten == null) {
      called.task().kernel().run(called);
    } else {
      unwritten.call(called);
    }
  }

  private InjectedFailure injected(CalledKernel called) {
    injectedCount++;
    trace.add("it is made to fail:", called.taskName());
    return new InjectedFailure("the kernel of '" + called.taskName() + "' was made to fail");
  }
}

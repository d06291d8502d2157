package io.sluice.bench;

import com.lmax.disruptor.dsl.Disruptor;
import io.sluice.Sluice;
import io.sluice.task.Task;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// W5: how long does it take from `submit` to the result of one task?
///
/// *Handed over*: a thread that is no worker submits, and sleeps until the result has come; so there are two
/// wake-ups in it, as in the round trip that stands beside it. *On the caller*: a worker's own thread, in a
/// subscriber, submits the next task when the result of the one before has come; nobody sleeps.
///
/// `examples/run bench --only W5`
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SingleTask extends Workload {
  static final String ON_CALLER = "sluice-on-caller";

  /// So many in a row on the caller, or the hand-over would hide what one costs.
  private static final int CALLER_COUNT = 1_000;

  private static final int ANSWER = 42;
  private static final int RING_SIZE = 1_024;

  /// How many tasks a sample of this contender is.
  static int tasksPerSample(String contender) {
    return contender.equals(ON_CALLER) ? CALLER_COUNT : 1;
  }

  private static final class Answer {
    int value;
  }

  private static Task task(Answer answer) {
    return Task.call("answer", kernel -> answer.value += ANSWER);
  }

  @Override
  Runnable onSluice(Sluice runtime) {
    return contender.equals(ON_CALLER)
        ? () -> onCaller(runtime)
        : () -> {
          Answer answer = new Answer();
          Arrivals.awaitAll(1, runtime.submit(Mono.fromSupplier(() -> task(answer))));
          check("the answer", ANSWER, answer.value);
        };
  }

  private static void onCaller(Sluice runtime) {
    Answer answer = new Answer();
    Arrivals.awaitAll(
        CALLER_COUNT,
        Mono.defer(() -> runtime.submit(Mono.fromSupplier(() -> task(answer))).next())
            .repeat(CALLER_COUNT - 1L));
    check("the answer", (long) CALLER_COUNT * ANSWER, answer.value);
  }

  @Override
  Runnable onReactor(Scheduler scheduler) {
    return () -> Arrivals.awaitAll(1, Peers.call(scheduler, () -> ANSWER));
  }

  @Override
  Runnable onFutures(ExecutorService executor) {
    return () -> Peers.futures(1, i -> CompletableFuture.supplyAsync(() -> ANSWER, executor));
  }

  /// Another thread takes it from the ring, and delivers.
  @Override
  Runnable onDisruptor(Peers threads) {
    Disruptor<Arrivals[]> ring =
        new Disruptor<>(() -> new Arrivals[1], RING_SIZE, threads.daemons());
    ring.handleEventsWith((event, sequence, endOfBatch) -> deliver(event[0]));
    ring.start();
    return () -> {
      Arrivals arrivals = new Arrivals();
      ring.publishEvent((event, sequence) -> event[0] = arrivals);
      arrivals.await(1);
    };
  }

  private static void deliver(Arrivals arrivals) {
    arrivals.onNext(ANSWER);
    arrivals.onComplete();
  }
}

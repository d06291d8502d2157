package io.sluice.worker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/// A worker's whole cycle on one thread, with an item inside which it is given a second one, while
/// another thread has it replaced there. The pool is closed, so that each thread ends when it finds no
/// more.
///
/// The results: whether it was replaced, the runs of the first and of the second item in one number, and
/// what the pool's end saw: 1 if both had ended, 0 if not, -1 if the pool never ended.
@JCStressTest
@Outcome(id = "0, 11, 1", expect = ACCEPTABLE, desc = "the thread had left the item, and went on")
@Outcome(id = "1, 11, 1", expect = ACCEPTABLE, desc = "replaced inside; the other thread went on")
@Outcome(id = "., .0, .*", expect = FORBIDDEN, desc = "no thread went on: the worker was lost")
@Outcome(id = "., .[2-9], .*", expect = FORBIDDEN, desc = "both threads went on as one worker")
@Outcome(id = "., ([2-9].|.), .*", expect = FORBIDDEN, desc = "the first item was lost or repeated")
@Outcome(
    id = "., 11, 0",
    expect = FORBIDDEN,
    desc =
        "the pool had ended while a thread was inside an item: memory would be unmapped under it")
@Outcome(id = "., 11, -1", expect = FORBIDDEN, desc = "a thread was counted that is gone")
@State
public class WorkerReplaceStress {
  private static final int BOUND_SECONDS = 10;
  private static final int MOST_SPINS = 64;
  private static final WorkerThreads THREADS = new WorkerThreads(ThreadKind.BLOCKING);

  private final CountedWork second = new CountedWork(() -> {});
  private final CountedWork first = new CountedWork(this::dispatchSecond);
  private final PoolLifetime lifetime = new PoolLifetime(1);
  private final Worker worker =
      new Crew("stress", 1, ThreadKind.BLOCKING, lifetime, held -> {}).get(0);
  private volatile boolean dispatched;
  private final CompletableFuture<Integer> seenAtTheEnd = new CompletableFuture<>();

  public WorkerReplaceStress() {
    worker.inbox.put(first, false);
    lifetime.close();
    lifetime.terminated().thenRun(this::end);
  }

  /// Before anybody is replaced: who looks for more in a closed pool, and finds nothing, ends.
  private void dispatchSecond() {
    worker.inbox.put(second, false);
    dispatched = true;
    for (int i = ThreadLocalRandom.current().nextInt(MOST_SPINS); i > 0; i--) {
      Thread.onSpinWait();
    }
  }

  private void end() {
    seenAtTheEnd.complete(first.endCount.get() + second.endCount.get() == 2 ? 1 : 0);
  }

  @Actor
  public void work() {
    worker.run();
  }

  @Actor
  public void replace(III_Result result) {
    while (!dispatched) {
      Thread.onSpinWait();
    }
    result.r1 = worker.replace(first, THREADS) ? 1 : 0;
  }

  @Arbiter
  public void look(III_Result result) {
    result.r3 = seenAtTheEnd.completeOnTimeout(-1, BOUND_SECONDS, TimeUnit.SECONDS).join();
    result.r2 = first.runCount.get() * 10 + second.runCount.get();
  }
}

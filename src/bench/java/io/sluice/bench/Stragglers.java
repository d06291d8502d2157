package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.task.TaskResult;
import java.util.ArrayDeque;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// W6: what do slabs that stay a hundred times longer cost those that come and go?
///
/// As W4; but of the 256 slabs that the heap holds, the subscriber keeps 64 open, always: it keeps
/// the result of one task in 64, until 64 more such results have come. So each of these stays for
/// 4,096 tasks; another one for less than 40, as the look-ahead is 16 and two workers run.
///
/// The contender `without-stragglers` closes each result at once, on the same path: W4 without a reader.
///
/// `examples/run bench --only W6`
@OperationsPerInvocation(Stragglers.COUNT)
public class Stragglers extends Workload {
  static final int COUNT = SlabTasks.COUNT;
  static final String WITHOUT = "without-stragglers";
  private static final int KEPT = 64;
  private static final int KEEP_ONE_IN = 64;

  private final ArrayDeque<TaskResult> kept = new ArrayDeque<>();
  private long arrivedCount;
  private long sum;

  @Override
  Runnable onSluice(Sluice runtime) {
    boolean keeps = contender.equals(Peers.SLUICE);
    return () -> {
      sum = 0;
      Arrivals.awaitAll(
          COUNT,
          runtime
              .submitScoped(Flux.range(0, COUNT).map(i -> Mono.just(SlabTasks.writing(i))))
              .doOnNext(result -> arrived(result, keeps)));
      kept.forEach(this::read);
      kept.clear();
      check("the sum of what was read", (long) COUNT * (COUNT - 1), sum);
    };
  }

  private void arrived(TaskResult result, boolean keeps) {
    if (!keeps || arrivedCount++ % KEEP_ONE_IN != 0) {
      read(result);
      return;
    }
    kept.add(result);
    if (kept.size() > KEPT) {
      read(kept.remove());
    }
  }

  private void read(TaskResult result) {
    try (result) {
      sum += SlabTasks.bothEnds(result);
    }
  }
}

package io.sluice.memory;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.sluice.error.ResultClosedException;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/// A kernel's `Mono` writes on one thread while it is cancelled on another, which gives the slab to the
/// next owner when the lease has ended. The write is two plain ones, so that half of it can be seen.
///
/// The results: whether the writer was let in, how often the lease ended, what was written by then.
@JCStressTest
@Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "the lease's end waited for the write")
@Outcome(
    id = "0, 1, 0",
    expect = ACCEPTABLE,
    desc = "the lease was closed first; the writer is refused")
@Outcome(id = "., 0, .", expect = FORBIDDEN, desc = "the lease never ended: the slab is lost")
@Outcome(id = "., 2, .", expect = FORBIDDEN, desc = "it ended twice: the slab is given away twice")
@Outcome(
    id = "1, 1, [01]",
    expect = FORBIDDEN,
    desc = "the slab was given away while somebody wrote to it")
@State
public class CountedLeaseStress {
  private final AtomicInteger endCount = new AtomicInteger();
  private final CountedLease lease = new CountedLease(() -> "closed", this::ended);
  private int first;
  private int second;
  private int seen;

  private void ended() {
    seen = first + second;
    endCount.incrementAndGet();
  }

  @Actor
  public void write(III_Result result) {
    try {
      lease.enter();
    } catch (ResultClosedException refused) {
      return;
    }
    result.r1 = 1;
    first = 1;
    second = 1;
    lease.leave();
  }

  @Actor
  public void close() {
    lease.close();
  }

  @Arbiter
  public void look(III_Result result) {
    result.r2 = endCount.get();
    result.r3 = seen;
  }
}

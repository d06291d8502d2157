package io.sluice.memory;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.sluice.error.ResultClosedException;
import io.sluice.task.DType;
import io.sluice.task.Shape;
import io.sluice.task.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/// A view is read while its lease ends, and the next owner of the slab writes to it.
@JCStressTest
@Outcome(id = "7", expect = ACCEPTABLE, desc = "its own bytes, the lease was still open")
@Outcome(id = "-1", expect = ACCEPTABLE, desc = "refused")
@Outcome(
    id = "8",
    expect = FORBIDDEN,
    desc = "the next owner's bytes: the second look was too early")
@State
public class LeaseStress {
  private static final StoredTensor TENSOR = new StoredTensor("t", DType.INT32, Shape.of(1), 0);

  private final MemorySegment region = MemorySegment.ofArray(new int[] {7});
  private final Lease lease = Lease.shared(() -> "closed");
  private final TensorView view = TensorViews.whole(region, TENSOR, false, lease);

  @Actor
  public void read(I_Result result) {
    try {
      result.r1 = view.getInt(0);
    } catch (ResultClosedException ended) {
      result.r1 = -1;
    }
  }

  @Actor
  public void giveTheSlabAway() {
    lease.close();
    region.set(ValueLayout.JAVA_INT, 0, 8);
  }
}

package io.sluice.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.worker.WorkerIdentity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A worker's place, without a child.
class SeatTest {
  private final List<Throwable> bugs = new ArrayList<>();
  private final Seat seat =
      new Seat(new WorkerIdentity("cpu", 0, "cpu-0"), new SeatLife(), new Reports());

  private final class Reports implements Seat.Reports {
    @Override
    public void handedOver(Item item) {}

    @Override
    public void stopped(Item item) {}

    @Override
    public void failed(Item item, Throwable failure) {}

    @Override
    public void detached(Seat seat, ChildLink gone, List<Item> done, List<Item> lost) {}

    @Override
    public void broken(Throwable bug) {
      bugs.add(bug);
    }
  }

  /// Else each later one would leave its part to a drain that is over.
  @Test
  void aCommandThatThrowsIsReportedAndTheNextOneRuns() {
    List<String> told = new ArrayList<>();
    seat.command(
        () -> {
          seat.command(() -> told.add("behind it"));
          throw new StackOverflowError();
        });
    seat.command(() -> told.add("later"));
    assertThat(told).containsExactly("behind it", "later");
    assertThat(bugs).singleElement().isInstanceOf(StackOverflowError.class);
  }
}

package io.sluice.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.error.WorkerLostException;
import io.sluice.worker.WorkerIdentity;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

/// A worker's place, without a child.
class SeatTest {
  private final List<Throwable> bugs = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private final Seat seat =
      new Seat(new WorkerIdentity("cpu", 0, "cpu-0"), new SeatLife(), new Reports());

  private final class Reports implements Seat.Reports {
    @Override
    public void handedOver(Item item) {}

    @Override
    public void stopped(Item item) {}

    @Override
    public void failed(Item item, Throwable failure) {
      failures.add(failure);
    }

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

  /// Such as the error of a page that can't be had. Nobody else has the item any more.
  @Test
  void anItemThatCannotBeWrittenFailsWithWhateverWasThrownAndTheNextOneIsStaged() {
    MemorySegment memory =
        MemorySegment.ofArray(new long[(int) (MailboxLayout.bytes(1) / Long.BYTES)]);
    Mailbox mailbox = new Mailbox(null, memory, 1, new PollWaiter());
    Process process = new PrintedProcess("");
    OutputPump output =
        new OutputPump("cpu-0", process, NOPLogger.NOP_LOGGER, new OutputLog("output"));
    seat.ready(new ChildLink(process, mailbox, output));
    Error error = new InternalError("a page can't be had");
    seat.put(new Item(new Described(error), seat));
    assertThat(failures).containsExactly(error);
    assertThat(bugs).isEmpty();
    assertThat(mailbox.state(0)).isEqualTo(MailboxLayout.EMPTY);
    seat.put(new Item(new Described(null), seat));
    assertThat(mailbox.state(0)).isEqualTo(MailboxLayout.STAGED);
  }

  /// Work that throws when it is to be written.
  private record Described(Error error) implements RemoteWork {
    @Override
    public void describe(FrameWriter frame) {
      if (error != null) {
        throw error;
      }
    }

    @Override
    public String taskName() {
      return "described";
    }

    @Override
    public boolean isStopRequested() {
      return false;
    }

    @Override
    public void accepted(RemoteCall call) {}

    @Override
    public boolean isTimed() {
      return false;
    }

    @Override
    public void handedOver() {}

    @Override
    public void stopped() {}

    @Override
    public void completed(long runTimeNs, long[] rows) {}

    @Override
    public void failed(long runTimeNs, Throwable failure) {}

    @Override
    public void runOn(WorkerIdentity identity) {}

    @Override
    public void afterRun(WorkerIdentity identity) {}

    @Override
    public void lost(WorkerLostException cause) {}

    @Override
    public boolean isStealable() {
      return true;
    }
  }
}

package io.sluice.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.error.ResultClosedException;
import io.sluice.task.DType;
import io.sluice.task.Shape;
import io.sluice.task.TensorView;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A reader on another thread while the lease ends, and the bytes go to someone else or altogether.
class LeaseRaceTest {
  private static final int ROUNDS = 200;
  private static final int OWN = 7;
  private static final int NEXT_OWNERS = 666;

  private final ExecutorService reader = Executors.newSingleThreadExecutor();
  private final StoredTensor tensor = new StoredTensor("t", DType.INT32, Shape.of(4), 0);

  @AfterEach
  void stopReader() {
    reader.shutdownNow();
  }

  /// Reads until the view has ended; returns what it saw that was not its own.
  private static int readToTheEnd(TensorView view, CountDownLatch reading) {
    int[] array = new int[1];
    try {
      while (true) {
        int one = view.getInt(3);
        view.copyTo(3, array, 0, 1);
        if (one != OWN || array[0] != OWN) {
          return one != OWN ? one : array[0];
        }
        reading.countDown();
      }
    } catch (ResultClosedException ended) {
      return array[0] == 0 ? OWN : array[0];
    }
  }

  @Test
  void aReaderNeverSeesTheNextOwnersBytes() throws Exception {
    try (SharedRegion region = SharedRegion.create(4096)) {
      for (int round = 0; round < ROUNDS; round++) {
        region.segment().setAtIndex(ValueLayout.JAVA_INT, 3, OWN);
        Lease lease = LentViews.shared();
        Future<Integer> seen =
            startReading(TensorViews.whole(region.segment(), tensor, false, lease));
        lease.close();
        region.segment().setAtIndex(ValueLayout.JAVA_INT, 3, NEXT_OWNERS);
        assertThat(seen.get(60, TimeUnit.SECONDS)).isEqualTo(OWN);
      }
    }
  }

  @Test
  void aReaderOfARegionThatGoesIsToldThatItsViewHasEnded() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      SharedRegion region = SharedRegion.create(4096);
      region.segment().setAtIndex(ValueLayout.JAVA_INT, 3, OWN);
      Lease lease = LentViews.shared();
      Future<Integer> seen =
          startReading(TensorViews.whole(region.segment(), tensor, false, lease));
      lease.close();
      region.close();
      assertThat(seen.get(60, TimeUnit.SECONDS)).isEqualTo(OWN);
    }
  }

  private Future<Integer> startReading(TensorView view) throws InterruptedException {
    CountDownLatch reading = new CountDownLatch(1);
    Future<Integer> seen = reader.submit(() -> readToTheEnd(view, reading));
    assertThat(reading.await(60, TimeUnit.SECONDS)).isTrue();
    return seen;
  }
}

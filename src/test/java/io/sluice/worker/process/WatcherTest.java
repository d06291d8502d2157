package io.sluice.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The thread that looks after a pool, and those who stand in for it.
class WatcherTest {
  private final Signal signal = Signal.create(new PollWaiter());
  private final Rounds rounds = new Rounds();

  /// Its count runs over with the first report, and the number of its holder with the first deputy.
  private final WatchRole role = new WatchRole(-1, -2);

  private final Watcher watcher = new Watcher("watch", rounds, signal, -1, role);
  private final List<String> told = new CopyOnWriteArrayList<>();

  private static final class Rounds implements Watcher.Rounds {
    final CountDownLatch ended = new CountDownLatch(1);
    volatile boolean isOver;
    volatile boolean isBroken;

    @Override
    public boolean lookAround() {
      return false;
    }

    @Override
    public long sleepNs() {
      if (isBroken) {
        isBroken = false;
        throw new IllegalStateException("a bug");
      }
      return 1_000_000_000;
    }

    @Override
    public boolean isOver() {
      return isOver;
    }

    @Override
    public void ended() {
      ended.countDown();
    }
  }

  private void report(Runnable report) {
    watcher.report(report);
    signal.raise();
  }

  private void awaitReport() {
    CountDownLatch reached = new CountDownLatch(1);
    report(reached::countDown);
    Await.reached(reached, "a report");
  }

  @AfterEach
  void end() {
    rounds.isOver = true;
    signal.raise();
    Await.reached(rounds.ended, "the end");
    signal.close();
  }

  @Test
  void anInterruptThatAReportLeavesBehindIsNotTheNextOnes() {
    watcher.start();
    report(() -> Thread.currentThread().interrupt());
    report(() -> told.add(Boolean.toString(Thread.currentThread().isInterrupted())));
    awaitReport();
    assertThat(told).containsExactly("false");
  }

  @Test
  void aReportThatThrowsKeepsNobodyFromTheNext() {
    watcher.start();
    report(
        () -> {
          throw new IllegalStateException("a bug");
        });
    awaitReport();
  }

  @Test
  void aWatcherThatCannotSleepGoesOnAllTheSame() {
    rounds.isBroken = true;
    watcher.start();
    Await.until("it was to sleep", () -> !rounds.isBroken);
    awaitReport();
  }

  /// Each is followed by a deputy, and so is that one.
  @Test
  void reportsThatBlockHoldUpNoOther() {
    CountDownLatch release = new CountDownLatch(1);
    watcher.start();
    awaitReport();
    for (int i = 0; i < 3; i++) {
      report(() -> Await.reached(release, "the end of the test"));
      awaitReport();
    }
    release.countDown();
  }
}

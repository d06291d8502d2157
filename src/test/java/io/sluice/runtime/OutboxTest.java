package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.worker.ThreadKind;
import io.sluice.worker.Work;
import io.sluice.worker.WorkerPool;
import io.sluice.worker.WorkerPools;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private final List<String> acted = new ArrayList<>();
  private final WorkerPool none = WorkerPools.create(ThreadKind.COMPUTE, "none", 1);

  @AfterEach
  void close() {
    none.close();
  }

  /// An action may run a subscriber that blocks.
  @Test
  void allPoolsAreWatchedOverOnceBeforeAnyAction() {
    WorkerPool first = new Watched("first");
    WorkerPool second = new Watched("second");
    Outbox outbox = new Outbox();
    outbox.add(() -> acted.add("action"));
    for (int i = 0; i < 3; i++) {
      outbox.watch(first);
      outbox.watch(second);
    }
    outbox.act();
    assertThat(acted).containsExactly("first", "second", "action");
    outbox.act();
    assertThat(acted).as("nothing is left for the next time").hasSize(3);
  }

  private final class Watched implements WorkerPool {
    private final String name;

    Watched(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void watch() {
      acted.add(name);
    }

    @Override
    public int workerCount() {
      return none.workerCount();
    }

    @Override
    public void dispatch(int worker, Work work) {
      none.dispatch(worker, work);
    }

    @Override
    public boolean interrupt(Work work) {
      return none.interrupt(work);
    }

    @Override
    public boolean replace(Work work) {
      return none.replace(work);
    }

    @Override
    public void close() {
      none.close();
    }

    @Override
    public CompletionStage<Void> terminated() {
      return none.terminated();
    }
  }
}

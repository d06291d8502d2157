package io.sluice;

import static io.sluice.RuntimeTest.quick;
import static io.sluice.RuntimeTest.slabs;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.DataSize;
import io.sluice.task.RunId;
import io.sluice.task.Task;
import io.sluice.test.ManualPublisher;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/// What runs have asked for, what was admitted and what waits, in numbers of one moment.
class DemandFiguresTest extends ManualRuntimeTest {
  private final ManualPublisher<Task> tasks = ManualPublisher.create();

  private DemandFigures demand() {
    return Objects.requireNonNull(sluice.demand().block(BOUND));
  }

  private static Task slab(String name) {
    return quick(name).out(slabs(1));
  }

  @Test
  void withoutARunThereIsNoDemand() {
    assertThat(demand().runs()).isEmpty();
    assertThat(demand().heapCapacityBytes()).isEqualTo(8 * SLAB);
    assertThat(demand().outstandingCount()).isZero();
  }

  @Test
  void theFiguresOfARunWhileItsHeapFillsAndAfterIt() {
    use(builder().lookAhead(3));
    Disposable run = sluice.with(options -> options.name("photos")).submit(tasks).subscribe();
    tasks.assertRequested(3);
    assertThat(demand().runs().getFirst())
        .isEqualTo(new RunFigures(new RunId(1, "photos"), 3, 0, 0, 0, 0, 0, 0, Long.MAX_VALUE));
    for (int i = 0; i < 8; i++) {
      tasks.next(slab("t" + i));
    }
    tasks.next(slab("waits 1"), slab("waits 2"));
    RunFigures full = demand().runs().getFirst();
    assertThat(full)
        .isEqualTo(
            new RunFigures(new RunId(1, "photos"), 11, 8, 0, 2, 8, 0, 8 * SLAB, Long.MAX_VALUE));
    assertThat(full.outstandingCount()).as("requested - admitted").isEqualTo(3);
    assertThat(demand().heapUsedBytes()).isEqualTo(8 * SLAB);
    run.dispose();
    assertThat(demand().runs()).isEmpty();
  }

  @Test
  void totalsAreTheSumOfTheRunsOfOneMoment() {
    use(builder().lookAhead(2));
    ManualPublisher<Task> others = ManualPublisher.create();
    Disposable run =
        sluice.with(options -> options.heapLimit(DataSize.kibibytes(1))).submit(tasks).subscribe();
    Disposable other = sluice.submit(others).subscribe();
    tasks.next(slab("a"), slab("waits for its limit"));
    others.next(slab("b"));
    DemandFigures now = demand();
    assertThat(now.runs()).hasSize(2);
    assertThat(now.runs().getFirst().heapLimitBytes()).isEqualTo(SLAB);
    assertThat(now.admittedCount()).isEqualTo(2);
    assertThat(now.waitingCount()).isEqualTo(1);
    assertThat(now.requestedCount()).isEqualTo(6);
    assertThat(now.outstandingCount()).isEqualTo(4);
    assertThat(now.heapUsedBytes()).isEqualTo(2 * SLAB);
    run.dispose();
    other.dispose();
  }

  @Test
  void aProgramsCallsCountAsTheyCome() {
    Disposable run =
        sluice
            .run(
                program ->
                    program
                        .submit(quick("a").out(slabs(8)))
                        .mergeWith(program.submit(slab("waits"))))
            .subscribe();
    assertThat(demand().waitingCount()).isOne();
    RunFigures now = demand().runs().getFirst();
    assertThat(now.requestedCount()).isEqualTo(2);
    assertThat(now.admittedCount()).isEqualTo(1);
    run.dispose();
  }
}

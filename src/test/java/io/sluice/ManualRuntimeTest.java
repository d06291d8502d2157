package io.sluice;

import io.sluice.config.DataSize;
import io.sluice.error.Diagnosis;
import io.sluice.test.HeapProbe;
import io.sluice.test.ManualWorkers;
import io.sluice.test.TestSluice;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import reactor.test.StepVerifier;

/// What tests of the front door share that need no threads: a small runtime whose kernels the test ends,
/// and the check that nothing is left behind, whatever the test did.
abstract class ManualRuntimeTest {
  static final Duration BOUND = RuntimeTest.BOUND;
  static final int SLAB = RuntimeTest.SLAB;

  TestSluice test = TestSluice.of(builder());
  Sluice sluice = test.sluice();
  ManualWorkers workers = test.workers();
  HeapProbe heap = test.heap();

  /// Of the runtime under test: 8 slabs, 4 workers.
  SluiceBuilder builder() {
    return Sluice.builder().heap(DataSize.kibibytes(8)).blockingThreads("cpu", 4);
  }

  /// Takes another runtime under test.
  final void use(SluiceBuilder builder) {
    test.close();
    test = TestSluice.of(builder);
    sluice = test.sluice();
    workers = test.workers();
    heap = test.heap();
  }

  @AfterEach
  final void nothingIsLeft() {
    workers.runAll();
    var _ = test.drain();
    test.assertNothingIsHeld();
    test.close();
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
  }

  final Diagnosis whyWaiting() {
    return test.whyWaiting();
  }
}

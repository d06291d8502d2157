package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.DataSize;
import io.sluice.error.Diagnosis;
import io.sluice.error.Diagnosis.Reason;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import reactor.test.StepVerifier;

/// What tests of the front door share: a small runtime, kernels stepped by hand, and the check that
/// nothing is left behind, whatever the test did.
abstract class RuntimeTest {
  static final Duration BOUND = Await.BOUND;

  /// The least that a slab takes.
  static final int SLAB = 1_024;

  final ManualKernels kernels = new ManualKernels();
  Sluice sluice = builder().build();

  /// Whether workers are compute threads, so that BlockHound watches them; manual kernels aside.
  private static final boolean COMPUTE = Boolean.getBoolean("sluice.compute");

  /// Of the runtime under test: 8 slabs, 4 workers that may block.
  SluiceBuilder builder() {
    SluiceBuilder builder = Sluice.builder().heap(DataSize.kibibytes(8));
    return COMPUTE ? builder.threads("cpu", 4) : builder.blockingThreads("cpu", 4);
  }

  /// Takes another runtime under test.
  final Sluice use(SluiceBuilder builder) {
    sluice.dispose();
    sluice = builder.build();
    return sluice;
  }

  @AfterEach
  final void nothingIsLeft() {
    kernels.releaseAll();
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertNothingIsHeld();
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
  }

  final void assertNothingIsHeld() {
    Figures figures = sluice.figures();
    assertThat(figures.heapUsedBytes()).as("bytes of live slabs").isZero();
    assertThat(figures.liveCount()).as("live tasks").isZero();
    assertThat(figures.runningCount()).as("running kernels").isZero();
  }

  /// Waits until all that this thread has told the runtime was worked off; says what it waits for.
  final Diagnosis settled() {
    return Objects.requireNonNull(sluice.whyWaiting().block(BOUND));
  }

  /// Waits until it is this that stands in the way.
  final void awaitReason(Reason reason) {
    Await.until(reason.toString(), () -> settled().reason() == reason);
  }

  /// Waits until the oldest claim that waits is one of so many bytes.
  final void awaitNeeded(long bytes) {
    Await.until("a wait for %,d bytes".formatted(bytes), () -> settled().neededBytes() == bytes);
  }

  /// A tensor of so many slabs.
  static Tensor slabs(int count) {
    return Tensor.of(DType.UINT8, (long) count * SLAB);
  }

  /// A task that does nothing.
  static Task quick(String name) {
    return Task.call(name, context -> {});
  }

  static Task failing(String name, Exception failure) {
    return Task.call(
        name,
        context -> {
          throw failure;
        });
  }

  /// A task that writes this byte to the first of a fresh slab and yields it.
  static Task writing(int value) {
    Tensor tensor = slabs(1);
    return Task.call("write " + value, context -> context.tensor(0).setInt(0, value))
        .out(tensor)
        .yields(tensor);
  }

  /// What [#writing] wrote.
  static int valueOf(TaskResult result) {
    return result.view(result.task().yielded().getFirst()).getInt(0);
  }

  /// A failure without a stack trace, for a log that can be read.
  static RuntimeException failure(String message) {
    return new RuntimeException(message, null, false, false) {};
  }

  static String nameOf(TaskResult result) {
    return result.task().name();
  }
}

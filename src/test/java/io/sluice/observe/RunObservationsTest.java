package io.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.transport.SenderContext;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.process.TestKernels;
import io.sluice.task.DType;
import io.sluice.task.KernelContext;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// Observations of runs, and what of them reaches kernels.
class RunObservationsTest {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final List<String> told = new CopyOnWriteArrayList<>();
  private final ObservationRegistry registry = ObservationRegistry.create();
  private final RunObservations observations = RunObservations.of(registry);

  RunObservationsTest() {
    registry.observationConfig().observationHandler(new Tracer());
  }

  /// What a tracer does: gives each observation that is sent a trace to take along.
  private final class Tracer implements ObservationHandler<Observation.Context> {
    @Override
    public void onStart(Observation.Context context) {
      told.add("start " + context.getContextualName());
      if (context instanceof SenderContext<?> sender) {
        inject(sender);
      }
    }

    private <C> void inject(SenderContext<C> sender) {
      sender.getSetter().set(sender.getCarrier(), KernelContext.TRACE_PARENT, TRACE);
    }

    @Override
    public void onError(Observation.Context context) {
      told.add("error " + Objects.requireNonNull(context.getError()).getMessage());
    }

    @Override
    public void onStop(Observation.Context context) {
      told.add(
          "stop "
              + Objects.requireNonNull(context.getLowCardinalityKeyValue("run")).getValue()
              + " "
              + Objects.requireNonNull(context.getLowCardinalityKeyValue("outcome")).getValue());
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
      return true;
    }
  }

  @Test
  void eachSubscriptionIsOneObservation() {
    Flux<Integer> run = observations.observe("count", Flux.just(1, 2));
    assertThat(told).isEmpty();
    StepVerifier.create(run).expectNext(1, 2).expectComplete().verify(BOUND);
    StepVerifier.create(run).expectNext(1).thenCancel().verify(BOUND);
    assertThat(told)
        .containsExactly(
            "start sluice.run count",
            "stop count completed",
            "start sluice.run count",
            "stop count cancelled");
  }

  @Test
  void aFailureIsNoted() {
    StepVerifier.create(observations.observe("bad", Flux.error(new IllegalStateException("no"))))
        .expectErrorMessage("no")
        .verify(BOUND);
    assertThat(told).containsExactly("start sluice.run bad", "error no", "stop bad failed");
  }

  @Test
  void itIsAChildOfTheSubscribersAndTheParentOfTheKernels() {
    Observation outer = Observation.createNotStarted("request", registry).start();
    AtomicReference<Object> inKernel = new AtomicReference<>();
    try (Sluice sluice = Sluice.builder().heap(DataSize.mebibytes(1)).threads("cpu", 1).build()) {
      Task task =
          Task.call(
              "look",
              context ->
                  inKernel.set(context.contextView().get(ObservationThreadLocalAccessor.KEY)));
      StepVerifier.create(
              observations
                  .observe("run", sluice.submit(Flux.just(task)))
                  .contextWrite(context -> context.put(ObservationThreadLocalAccessor.KEY, outer)))
          .expectNextCount(1)
          .expectComplete()
          .verify(BOUND);
    }
    assertThat(((Observation) inKernel.get()).getContextView().getParentObservation())
        .isSameAs(outer);
  }

  @Test
  void theTraceReachesKernelsInOtherProcesses() {
    try (Sluice sluice =
        Sluice.builder()
            .heap(DataSize.mebibytes(1))
            .processes("cpu", 1, TestKernels.class)
            .build()) {
      assertThat(traceSeen(sluice, observations.observe("run", look(sluice)))).isEqualTo(TRACE);
      assertThat(traceSeen(sluice, look(sluice))).as("the next task's").isEmpty();
      String tooLong = "x".repeat(65);
      assertThat(
              traceSeen(
                  sluice,
                  look(sluice).contextWrite(c -> c.put(KernelContext.TRACE_PARENT, tooLong))))
          .isEmpty();
    }
  }

  private static Flux<String> look(Sluice sluice) {
    Tensor seen = Tensor.of(DType.UINT8, 64);
    return sluice.submit(
        Flux.just(Task.call("trace", TestKernels.TRACE).out(seen).yields(seen)),
        result -> {
          StringBuilder text = new StringBuilder();
          for (int i = 0; i < 64 && result.view(seen).getInt(i) != 0; i++) {
            text.append((char) result.view(seen).getInt(i));
          }
          return text.toString();
        });
  }

  private static String traceSeen(Sluice sluice, Flux<String> run) {
    String seen = run.blockLast(BOUND);
    assertThat(sluice.isDisposed()).isFalse();
    return Objects.requireNonNull(seen);
  }
}

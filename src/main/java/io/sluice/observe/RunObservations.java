package io.sluice.observe;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.transport.SenderContext;
import io.sluice.task.KernelContext;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/// Observes runs by Micrometer: one observation, `sluice.run`, for each subscription.
///
/// ```java
/// RunObservations.of(registry).observe("thumbnails", sluice.submit(tasks, reader))
/// ```
///
/// | key | value |
/// | --- | --- |
/// | `run` | the name that was given |
/// | `outcome` | `completed`, `failed` or `cancelled` |
///
/// It is a child of the observation in the subscriber's context, and the parent of those that kernels,
/// readers and publishers begin: it lies in their Reactor context, and with
/// `io.micrometer:context-propagation` is current where they run. What a tracer adds to it to be sent along
/// goes to worker processes, as [KernelContext#TRACE_PARENT].
///
/// Immutable.
public final class RunObservations {
  private static final String NAME = "sluice.run";

  private final ObservationRegistry registry;

  private RunObservations(ObservationRegistry registry) {
    this.registry = registry;
  }

  /// Observations of this registry.
  public static RunObservations of(ObservationRegistry registry) {
    return new RunObservations(Objects.requireNonNull(registry, "registry"));
  }

  /// The same run, observed.
  ///
  /// **On subscribe** the observation starts. It **stops** with the run's last signal, or with its cancel; an
  /// error is noted on it.
  ///
  /// @param name which run; few different ones
  public <T> Flux<T> observe(String name, Flux<T> run) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(run, "run");
    return Flux.deferContextual(context -> observed(name, run, context));
  }

  private <T> Flux<T> observed(String name, Flux<T> run, ContextView context) {
    Map<String, String> sent = new ConcurrentHashMap<>();
    Observation observation = started(name, sent, context);
    return run.doOnError(observation::error)
        .doFinally(signal -> stop(observation, signal))
        .contextWrite(inner -> with(inner, observation, sent.get(KernelContext.TRACE_PARENT)));
  }

  private Observation started(String name, Map<String, String> sent, ContextView context) {
    SenderContext<Map<String, String>> sender =
        new SenderContext<>(
            (carrier, key, value) -> Objects.requireNonNull(carrier).put(key, value));
    sender.setCarrier(sent);
    Observation observation =
        Observation.createNotStarted(NAME, () -> sender, registry)
            .contextualName(NAME + " " + name)
            .lowCardinalityKeyValue("run", name);
    Object parent = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
    if (parent instanceof Observation outer) {
      observation.parentObservation(outer);
    }
    return observation.start();
  }

  private static void stop(Observation observation, SignalType signal) {
    String outcome =
        switch (signal) {
          case ON_ERROR -> "failed";
          case CANCEL -> "cancelled";
          default -> "completed";
        };
    observation.lowCardinalityKeyValue(KeyValue.of("outcome", outcome));
    observation.stop();
  }

  private static Context with(
      Context inner, Observation observation, @Nullable String traceParent) {
    Context with = inner.put(ObservationThreadLocalAccessor.KEY, observation);
    return traceParent == null ? with : with.put(KernelContext.TRACE_PARENT, traceParent);
  }
}

package io.sluice.runtime;

import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Gives what is built from Reactor's operators the name by which users know it: for their tools it is
/// one step, whatever it is made of.
public final class NamedStep {
  private NamedStep() {}

  /// `source`, which scans as a step of this name, without parents.
  public static <T> Mono<T> of(String name, Mono<T> source) {
    MonoStep<T> step = new MonoStep<>(name, source);
    return Assembly.traced(step, MonoStep.hooked(step), name);
  }

  /// The same.
  public static <T> Flux<T> of(String name, Flux<T> source) {
    FluxStep<T> step = new FluxStep<>(name, source);
    return Assembly.traced(step, FluxStep.hooked(step), name);
  }

  private static final class MonoStep<T> extends Mono<T> implements Scannable {
    private final String name;
    private final Mono<T> source;

    MonoStep(String name, Mono<T> source) {
      this.name = name;
      this.source = source;
    }

    static <T> Mono<T> hooked(MonoStep<T> step) {
      return onAssembly(step);
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
      source.subscribe(actual);
    }

    @Override
    @SuppressWarnings({"rawtypes", "ReferenceEquality"}) // attributes are constants
    public @Nullable Object scanUnsafe(Attr key) {
      return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    @Override
    public String stepName() {
      return name;
    }
  }

  private static final class FluxStep<T> extends Flux<T> implements Scannable {
    private final String name;
    private final Flux<T> source;

    FluxStep(String name, Flux<T> source) {
      this.name = name;
      this.source = source;
    }

    static <T> Flux<T> hooked(FluxStep<T> step) {
      return onAssembly(step);
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
      source.subscribe(actual);
    }

    @Override
    @SuppressWarnings({"rawtypes", "ReferenceEquality"}) // attributes are constants
    public @Nullable Object scanUnsafe(Attr key) {
      return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    @Override
    public String stepName() {
      return name;
    }
  }
}

package io.sluice.runtime;

import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/// A cold run of tasks: each subscription is a run of its own.
final class RunFlux<R> extends Flux<R> implements Scannable {
  private final Shell shell;
  private final RunSpec<R> spec;

  private RunFlux(Shell shell, RunSpec<R> spec) {
    this.shell = shell;
    this.spec = spec;
  }

  static <R> Flux<R> assembled(Shell shell, RunSpec<R> spec) {
    RunFlux<R> run = new RunFlux<>(shell, spec);
    return Assembly.traced(run, onAssembly(run), run.stepName());
  }

  @Override
  public void subscribe(CoreSubscriber<? super R> actual) {
    new PublisherRun<>(shell, spec, actual).start();
  }

  @Override
  @SuppressWarnings({"rawtypes", "ReferenceEquality"}) // attributes are constants
  public @Nullable Object scanUnsafe(Attr key) {
    if (key == Attr.PARENT) {
      return spec.scopes() == null ? spec.tasks() : spec.scopes();
    }
    if (key == Attr.PREFETCH) {
      return spec.plan().options().lookAheadCount();
    }
    if (key == Attr.NAME) {
      return spec.plan().options().name();
    }
    return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
  }

  @Override
  public String stepName() {
    return spec.stepName();
  }
}

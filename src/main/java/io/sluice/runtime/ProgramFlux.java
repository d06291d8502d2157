package io.sluice.runtime;

import io.sluice.engine.RunPlan;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/// A cold run of a program: each subscription calls it anew.
final class ProgramFlux<T> extends Flux<T> {
  private final Shell shell;
  private final Function<? super Program, ? extends Publisher<? extends T>> program;
  private final RunPlan plan;
  private final @Nullable Throwable assembledAt;

  ProgramFlux(
      Shell shell,
      Function<? super Program, ? extends Publisher<? extends T>> program,
      RunPlan plan,
      @Nullable Throwable assembledAt) {
    this.shell = shell;
    this.program = program;
    this.plan = plan;
    this.assembledAt = assembledAt;
  }

  @Override
  public void subscribe(CoreSubscriber<? super T> actual) {
    new ProgramRun<T>(shell, plan, assembledAt, reactor.core.publisher.Operators.serialize(actual))
        .start(program);
  }
}

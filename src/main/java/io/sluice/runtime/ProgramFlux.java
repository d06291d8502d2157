package io.sluice.runtime;

import io.sluice.engine.RunPlan;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/// A cold run of a program: each subscription calls it anew.
final class ProgramFlux<T> extends Flux<T> implements Scannable {
  private final Shell shell;
  private final Function<? super Program, ? extends Publisher<? extends T>> program;
  private final RunPlan plan;
  private final @Nullable Throwable assembledAt;

  private ProgramFlux(
      Shell shell,
      Function<? super Program, ? extends Publisher<? extends T>> program,
      RunPlan plan,
      @Nullable Throwable assembledAt) {
    this.shell = shell;
    this.program = program;
    this.plan = plan;
    this.assembledAt = assembledAt;
  }

  static <T> Flux<T> assembled(
      Shell shell,
      Function<? super Program, ? extends Publisher<? extends T>> program,
      RunPlan plan,
      @Nullable Throwable assembledAt) {
    ProgramFlux<T> run = new ProgramFlux<>(shell, program, plan, assembledAt);
    return Assembly.traced(run, onAssembly(run), run.stepName());
  }

  @Override
  public void subscribe(CoreSubscriber<? super T> actual) {
    new ProgramRun<T>(shell, plan, assembledAt, Operators.serialize(actual)).start(program);
  }

  @Override
  @SuppressWarnings({"rawtypes", "ReferenceEquality"}) // attributes are constants
  public @Nullable Object scanUnsafe(Attr key) {
    if (key == Attr.NAME) {
      return plan.options().name();
    }
    return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
  }

  @Override
  public String stepName() {
    return "run";
  }
}

package io.sluice.process;

import io.sluice.SluiceBuilder;
import io.sluice.task.Arguments;
import io.sluice.task.LibraryKernel;
import io.sluice.task.ReactiveKernel;
import io.sluice.task.Task;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// The contract of kernels that return a `Mono`.
class ReactiveWorkersTest extends WorkerContract {
  @Override
  SluiceBuilder withPool(SluiceBuilder builder, String name, int workers) {
    return builder.reactive(name, workers);
  }

  @Override
  Task call(String name, LibraryKernel kernel) {
    return Task.callReactive(name, reactive(kernel));
  }

  @Override
  Task group(String name, LibraryKernel kernel, Arguments... members) {
    return Task.groupReactive(name, reactive(kernel), members);
  }

  private static ReactiveKernel reactive(LibraryKernel kernel) {
    return context ->
        Mono.<Void>fromCallable(
                () -> {
                  kernel.run(context);
                  return null;
                })
            .subscribeOn(Schedulers.boundedElastic());
  }
}

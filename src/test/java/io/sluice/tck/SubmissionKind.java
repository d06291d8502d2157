package io.sluice.tck;

import io.sluice.Sluice;
import io.sluice.task.Task;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import reactor.core.publisher.Flux;

/// Each kind of publisher that a user gives to the runtime; what subscribes to it is to be verified.
@SuppressWarnings("unchecked") // the kit wants one type of element for all
enum SubmissionKind {
  TASKS {
    @Override
    Flux<?> submit(Sluice sluice, Consumer<Subscriber<Object>> subscribed) {
      return sluice.submit((Publisher<Task>) capturing(subscribed));
    }
  },
  SCOPES {
    @Override
    Flux<?> submit(Sluice sluice, Consumer<Subscriber<Object>> subscribed) {
      return sluice.submitScoped((Publisher<Publisher<Task>>) capturing(subscribed));
    }

    @Override
    Object element(int number) {
      return Flux.just(super.element(number));
    }
  },
  TASKS_OF_A_SCOPE {
    @Override
    Flux<?> submit(Sluice sluice, Consumer<Subscriber<Object>> subscribed) {
      return sluice.submitScoped(Flux.just((Publisher<Task>) capturing(subscribed)));
    }
  },
  ELEMENTS_OF_A_PROGRAM {
    @Override
    Flux<?> submit(Sluice sluice, Consumer<Subscriber<Object>> subscribed) {
      return sluice.run(program -> (Publisher<Object>) capturing(subscribed));
    }
  };

  /// A run of a publisher that just hands its subscriber out.
  abstract Flux<?> submit(Sluice sluice, Consumer<Subscriber<Object>> subscribed);

  Object element(int number) {
    return Task.call("task " + number, context -> {});
  }

  private static Publisher<?> capturing(Consumer<Subscriber<Object>> subscribed) {
    return (Publisher<Object>) subscribed::accept;
  }
}

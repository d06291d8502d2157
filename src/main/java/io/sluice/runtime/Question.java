package io.sluice.runtime;

import io.sluice.engine.Engine;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// Something to ask of the engine: answered inside the drain, so that all parts of the answer are of
/// one moment, and told behind it.
final class Question<T> {
  private final Shell shell;
  private final Function<Engine, T> question;

  private Question(Shell shell, Function<Engine, T> question) {
    this.shell = shell;
    this.question = question;
  }

  static <T> Mono<T> ask(Shell shell, Function<Engine, T> question) {
    Question<T> asked = new Question<>(shell, question);
    return Mono.create(answer -> shell.post(engine -> asked.answer(engine, answer)));
  }

  private void answer(Engine engine, MonoSink<T> answer) {
    try {
      T told = question.apply(engine);
      shell.outbox().add(() -> answer.success(told));
    } catch (Throwable failure) {
      shell.outbox().add(() -> answer.error(failure));
      throw failure;
    }
  }
}

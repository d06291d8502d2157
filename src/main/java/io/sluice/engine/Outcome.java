package io.sluice.engine;

import org.jspecify.annotations.Nullable;

/// How a task ended whose slot is gone. A chain of tasks, each after the one before, thus keeps no
/// slots alive.
final class Outcome implements Admitted {
  private final Run run;
  private final @Nullable Throwable cause;
  private @Nullable Admitted otherAdmission;

  Outcome(Run run, @Nullable Throwable cause, @Nullable Admitted otherAdmission) {
    this.run = run;
    this.cause = cause;
    this.otherAdmission = otherAdmission;
  }

  @Override
  public Run run() {
    return run;
  }

  @Override
  public @Nullable Throwable cause() {
    return cause;
  }

  @Override
  public @Nullable Admitted otherAdmission() {
    return otherAdmission;
  }

  @Override
  public void otherAdmission(@Nullable Admitted other) {
    otherAdmission = other;
  }
}

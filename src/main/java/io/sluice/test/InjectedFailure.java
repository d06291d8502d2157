package io.sluice.test;

/// What a kernel fails with because [Schedules#kernelsFail] has it fail.
public final class InjectedFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InjectedFailure(String message) {
    super(message, null, false, false);
  }
}

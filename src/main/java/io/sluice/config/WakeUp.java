package io.sluice.config;

/// How a runtime and its worker processes wake each other.
public enum WakeUp {
  /// `FUTEX` on Linux for x86-64 and AArch64, else `POLL`.
  AUTO,

  /// The system wakes whoever sleeps, in a few microseconds. Needs `--enable-native-access`.
  FUTEX,

  /// Who sleeps looks by itself, at first often, then each millisecond. Needs no native access.
  POLL
}

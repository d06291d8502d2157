package io.sluice.runtime;

import org.slf4j.Logger;

/// What a user's code threw where it must not, told to the log.
///
/// Nothing is thrown from here. The text of an exception is a user's code as well, and asked for by the
/// logger: one that throws again would get through to whoever logs, which is a loop that others
/// wait for.
final class UserFault {
  private UserFault() {}

  /// Tells of `thrown`; of its class alone, if no more can be had.
  ///
  /// @param what whose code threw, with one place for `where`
  static void log(Logger log, String what, Object where, Throwable thrown) {
    try {
      log.error(what, where, thrown);
    } catch (Throwable unprintable) {
      logClass(log, what, where, thrown.getClass().getName());
    }
  }

  private static void logClass(Logger log, String what, Object where, String thrown) {
    try {
      log.error(what + ": a {}, which can't be printed", where, thrown);
    } catch (Throwable ignored) {
      // The log itself is broken: there is nobody left to tell.
    }
  }
}

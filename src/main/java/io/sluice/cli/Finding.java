package io.sluice.cli;

/// What the doctor found out about one thing.
///
/// @param topic what it is about, in a word or two
/// @param level how it is
/// @param detail what was found
/// @param remedy what to do about it; empty where nothing need be done
record Finding(String topic, Level level, String detail, String remedy) {
  /// How a thing is.
  enum Level {
    /// As it should be.
    OK,
    /// Works, but not as well as it could.
    WARN,
    /// Does not work.
    FAIL
  }

  static Finding ok(String topic, String detail) {
    return new Finding(topic, Level.OK, detail, "");
  }

  static Finding warn(String topic, String detail, String remedy) {
    return new Finding(topic, Level.WARN, detail, remedy);
  }

  static Finding fail(String topic, String detail, String remedy) {
    return new Finding(topic, Level.FAIL, detail, remedy);
  }
}

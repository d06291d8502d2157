package io.sluice.sim;

import java.util.ArrayList;
import java.util.List;

/// A fault to be put into the engine's source by hand: pieces of text that others take the place of.
///
/// @param name the hazard and what it is about
/// @param edits where, what and what instead
record Mutation(String name, List<Edit> edits) {
  /// One replacement.
  ///
  /// @param file name of a file of the engine, without `.java`
  /// @param from text that occurs there exactly once
  /// @param to what takes its place
  record Edit(String file, String from, String to) {
    String apply(String source) {
      int at = source.indexOf(from);
      if (at < 0 || source.indexOf(from, at + 1) >= 0) {
        throw new IllegalStateException(
            "%s.java must hold this text exactly once: %s".formatted(file, from));
      }
      return source.substring(0, at) + to + source.substring(at + from.length());
    }
  }

  static Mutation of(String name) {
    return new Mutation(name, List.of());
  }

  Mutation edit(String file, String from, String to) {
    List<Edit> more = new ArrayList<>(edits);
    more.add(new Edit(file, from, to));
    return new Mutation(name, more);
  }

  @Override
  public String toString() {
    return name;
  }
}

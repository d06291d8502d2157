package io.sluice.engine;

import io.sluice.error.InvalidTaskException;

/// Opens scopes.
final class Scopes {
  private Scopes() {}

  static Scope open(Scope parent) {
    if (parent.depth() >= Scope.MAX_DEPTH) {
      throw InvalidTaskException.of(
          "a scope",
          "scopes nest to %d levels, this would be one more; nest less".formatted(Scope.MAX_DEPTH));
    }
    Scope scope = new Scope(parent.run, parent);
    if (parent.run.stopped) {
      scope.ended = true;
    } else {
      parent.run.linkScope(scope);
    }
    return scope;
  }
}

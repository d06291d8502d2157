package io.sluice.engine;

import org.jspecify.annotations.Nullable;

/// What is kept of a version in unusual cases only. Most have none.
///
/// **Confinement.** As that of the version.
final class VersionExtras {
  /// How many rows its maker has used; negative for all.
  long rows = -1;

  @Nullable Parts<AccessPart> joinedWriters;

  /// Why the task that was to make it was refused.
  @Nullable Throwable refusal;
}

package io.sluice.worker.process;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Whether a child is one of ours, judged by what it has written into its mailbox.
final class Handshake {
  private Handshake() {}

  /// Why it refused its parent, which it may have said right before it ended; null if it did not.
  static @Nullable String refusal(Mailbox mailbox, String library) {
    return mailbox.childState() == MailboxLayout.REFUSED
        ? Objects.requireNonNullElse(
            complaint(mailbox, library), "it refused to work with its parent")
        : null;
  }

  /// What is wrong with it, and what to do; null if it fits.
  static @Nullable String complaint(Mailbox mailbox, String library) {
    if (mailbox.childProtocol() != MailboxLayout.PROTOCOL_VERSION
        || mailbox.childLayout() != MailboxLayout.LAYOUT_VERSION) {
      return ("it speaks protocol %d with layout %d, not %d with %d;"
              + " put the same version of Sluice on both class paths")
          .formatted(
              mailbox.childProtocol(),
              mailbox.childLayout(),
              MailboxLayout.PROTOCOL_VERSION,
              MailboxLayout.LAYOUT_VERSION);
    }
    return mailbox.hasSameDigest()
        ? null
        : "its kernel library "
            + library
            + " is not the same as here; put the same classes on both class paths";
  }
}

package io.sluice.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// Both sides of a mailbox before the first task.
class HandshakeTest {
  private static final byte[] DIGEST = new byte[MailboxLayout.DIGEST_BYTES];

  private final Waiter waiter = new PollWaiter();
  private final Signal signal = Signal.create(waiter);
  private final Mailbox parent = Mailbox.create(1, DIGEST, waiter);
  private final ChildMailbox child = new ChildMailbox(parent.memory(), signal, waiter);

  @Test
  void aChildOfOursIsReady() {
    assertThat(parent.childState()).isEqualTo(MailboxLayout.STARTING);
    assertThat(child.shakeHands(DIGEST)).isTrue();
    assertThat(parent.childState()).isEqualTo(MailboxLayout.READY);
    assertThat(Handshake.complaint(parent, "Kernels")).isNull();
  }

  @Test
  void aChildWithAnotherLibraryRefusesAndIsRefused() {
    byte[] other = DIGEST.clone();
    Arrays.fill(other, (byte) 1);
    assertThat(child.shakeHands(other)).isFalse();
    assertThat(parent.childState()).isEqualTo(MailboxLayout.REFUSED);
    assertThat(Handshake.complaint(parent, "Kernels"))
        .isEqualTo(
            "its kernel library Kernels is not the same as here; put the same classes on both class"
                + " paths");
  }

  @Test
  void aChildRefusesAParentOfAnotherProtocol() {
    Words.setInt(parent.memory(), MailboxLayout.PARENT_PROTOCOL, 2);
    assertThat(child.shakeHands(DIGEST)).isFalse();
    assertThat(parent.childState()).isEqualTo(MailboxLayout.REFUSED);
  }

  @Test
  void aChildRefusesAParentOfAnotherLayout() {
    Words.setInt(parent.memory(), MailboxLayout.PARENT_LAYOUT, 3);
    assertThat(child.shakeHands(DIGEST)).isFalse();
  }

  /// It may have ended before anybody looks.
  @Test
  void aRefusalIsToldByTheMailboxAlone() {
    assertThat(Handshake.refusal(parent, "Kernels")).isNull();
    Words.setInt(parent.memory(), MailboxLayout.PARENT_LAYOUT, 3);
    child.shakeHands(DIGEST);
    assertThat(Handshake.refusal(parent, "Kernels"))
        .isEqualTo("it refused to work with its parent");
    byte[] other = DIGEST.clone();
    Arrays.fill(other, (byte) 1);
    child.shakeHands(other);
    assertThat(Handshake.refusal(parent, "Kernels")).startsWith("its kernel library Kernels");
  }

  @Test
  void aChildThatIsReadyHasNotRefused() {
    child.shakeHands(DIGEST);
    assertThat(Handshake.refusal(parent, "Kernels")).isNull();
  }

  @Test
  void aChildRefusesWhatIsNoMailbox() {
    Words.setInt(parent.memory(), MailboxLayout.MAGIC_AT, 2);
    assertThat(child.shakeHands(DIGEST)).isFalse();
  }

  @Test
  void aParentRefusesAChildOfAnotherProtocolOrLayoutThatSaysItIsReady() {
    child.shakeHands(DIGEST);
    Words.setInt(parent.memory(), MailboxLayout.CHILD_PROTOCOL, 2);
    Words.setInt(parent.memory(), MailboxLayout.CHILD_LAYOUT, 3);
    assertThat(Handshake.complaint(parent, "Kernels"))
        .isEqualTo(
            "it speaks protocol 2 with layout 3, not 1 with 2; put the same version of Sluice on"
                + " both class paths");
  }
}

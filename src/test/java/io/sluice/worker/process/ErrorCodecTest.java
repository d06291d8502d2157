package io.sluice.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.error.RemoteKernelException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Errors that cross: whole where they fit, cut where they don't, and always said.
class ErrorCodecTest {
  private static RemoteKernelException crossed(Throwable thrown) {
    byte[] bytes = ErrorCodec.encode(thrown);
    assertThat(bytes).hasSizeLessThanOrEqualTo(MailboxLayout.MAX_ERROR_BYTES);
    return ErrorCodec.decode(bytes);
  }

  @Test
  void classMessageStackAndCauseCross() {
    Throwable thrown = new IllegalStateException("ümlaut \uD83D\uDE00", new ArithmeticException());
    RemoteKernelException crossed = crossed(thrown);
    assertThat(crossed.remoteType()).isEqualTo("java.lang.IllegalStateException");
    assertThat(crossed.remoteMessage()).isEqualTo("ümlaut \uD83D\uDE00");
    assertThat(crossed.getStackTrace()[0].getMethodName())
        .isEqualTo(thrown.getStackTrace()[0].getMethodName());
    assertThat(crossed.getStackTrace()[0].getLineNumber())
        .isEqualTo(thrown.getStackTrace()[0].getLineNumber());
    assertThat(crossed.getCause()).hasMessage("java.lang.ArithmeticException");
    assertThat(((RemoteKernelException) crossed.getCause()).remoteMessage()).isNull();
  }

  @Test
  void aLongMessageIsCutAndSaysSo() {
    RemoteKernelException crossed = crossed(new IllegalStateException("x".repeat(1_000_000)));
    assertThat(crossed.remoteMessage())
        .hasSizeGreaterThan(1_000)
        .matches("(?s)x+… \\(\\d+ characters cut\\)");
  }

  @Test
  void aDeepStackIsCutAndSaysSo() {
    Throwable thrown = new StackOverflowError();
    StackTraceElement[] stack = new StackTraceElement[1_024];
    Arrays.setAll(stack, i -> new StackTraceElement("Type", "method" + i, "Type.java", i));
    thrown.setStackTrace(stack);
    StackTraceElement[] crossed = crossed(thrown).getStackTrace();
    assertThat(crossed[0].getMethodName()).isEqualTo("method0");
    assertThat(crossed[crossed.length - 1].getMethodName())
        .isEqualTo((1_024 - crossed.length + 1) + "_more_frames");
  }

  @Test
  void manyCausesAreCutAndSaySo() {
    Throwable thrown = new IllegalStateException("cause 20");
    for (int i = 19; i >= 0; i--) {
      thrown = new IllegalStateException("cause " + i, thrown);
    }
    Throwable crossed = crossed(thrown);
    for (int i = 0; i <= ErrorCodec.MAX_CAUSES; i++) {
      assertThat(crossed).hasMessage("java.lang.IllegalStateException: cause " + i);
      crossed = crossed.getCause();
    }
    assertThat(crossed).hasMessage("cut: causes behind the eighth").hasNoCause();
  }

  @Test
  void eightCausesAreNotCut() {
    Throwable thrown = new IllegalStateException("cause 8");
    for (int i = 7; i >= 0; i--) {
      thrown = new IllegalStateException("cause " + i, thrown);
    }
    assertThat(crossed(thrown)).hasRootCauseMessage("java.lang.IllegalStateException: cause 8");
  }

  @Test
  void causesInACircleEnd() {
    Throwable one = new IllegalStateException("one");
    Throwable other = new IllegalStateException("other", one);
    one.initCause(other);
    assertThat(crossed(one)).hasRootCauseMessage("cut: causes behind the eighth");
  }

  /// A user's class, at its worst.
  private static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException();
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      throw new IllegalStateException();
    }

    @Override
    public synchronized Throwable getCause() {
      throw new IllegalStateException();
    }
  }

  @Test
  void anErrorThatCannotBeAskedCrossesAllTheSame() {
    RemoteKernelException crossed = crossed(new Broken());
    assertThat(crossed.remoteType()).isEqualTo(Broken.class.getName());
    assertThat(crossed.remoteMessage())
        .isEqualTo("its message can't be had: java.lang.IllegalStateException");
    assertThat(crossed).hasNoCause();
  }

  /// One that says that it has none.
  private static final class Stackless extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient StackTraceElement[] stack;

    Stackless(StackTraceElement... stack) {
      super("stackless");
      this.stack = stack;
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      return stack;
    }
  }

  @Test
  void anErrorWithoutAStackCrossesAllTheSame() {
    StackTraceElement[] none = null;
    assertThat(crossed(new Stackless(none)).remoteMessage()).isEqualTo("stackless");
    StackTraceElement nobody = null;
    assertThat(crossed(new Stackless(nobody)).getStackTrace()).isEmpty();
  }

  @Test
  void garbageIsToldAsSuchAndNeverThrows() {
    SplittableRandom random = new SplittableRandom(1);
    byte[] good = ErrorCodec.encode(new IllegalStateException("x", new ArithmeticException()));
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = i % 2 == 0 ? good.clone() : new byte[random.nextInt(200)];
      for (int n = 0; n < 8 && bytes.length > 0; n++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertThat(ErrorCodec.decode(bytes).remoteType()).isNotNull();
    }
    assertThat(ErrorCodec.decode(new byte[3])).hasMessageContaining("can't be read");
  }
}

package io.sluice.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;

/// What children print, and loggers that don't take it. H-40.
class OutputPumpTest {
  private static final long BOUND_S = 60;

  private final OutputLog output = new OutputLog("output");
  private final Lines log = new Lines();

  /// A logger that keeps what it is told, and may block or throw before.
  private static final class Lines extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    final transient List<String> lines = new CopyOnWriteArrayList<>();
    transient Runnable before = () -> {};

    @Override
    protected void handleNormalizedLoggingCall(
        Level level, Marker marker, String pattern, Object[] arguments, Throwable thrown) {
      before.run();
      lines.add(level + " " + arguments[0]);
    }

    @Override
    protected String getFullyQualifiedCallerName() {
      return null;
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public boolean isInfoEnabled() {
      return true;
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }

    void await(String last) {
      long startedNs = System.nanoTime();
      while (lines.isEmpty() || !lines.getLast().endsWith(last)) {
        assertThat(System.nanoTime() - startedNs)
            .as("wait for '%s' behind %s", last, lines)
            .isLessThan(TimeUnit.SECONDS.toNanos(BOUND_S));
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  private OutputPump pump(String text) throws Exception {
    OutputPump pump = new OutputPump("cpu-0", new PrintedProcess(text), log, output);
    pump.awaitAllRead(TimeUnit.SECONDS.toNanos(BOUND_S));
    return pump;
  }

  @AfterEach
  void end() {
    output.end();
  }

  @Test
  void linesAreLoggedInOrderTheLastOneWithoutItsEndToo() throws Exception {
    output.start();
    OutputPump pump = pump("one\r\ntwo\nthree");
    log.await("three");
    assertThat(log.lines).containsExactly("INFO one", "INFO two", "INFO three");
    assertThat(pump.lastLines()).containsExactly("one", "two", "three");
  }

  @Test
  void aLongLineIsCut() throws Exception {
    output.start();
    pump("x".repeat(1_000_000) + "\nnext");
    log.await("next");
    assertThat(log.lines).containsExactly("INFO " + "x".repeat(2_000), "INFO next");
  }

  /// All of it is read while the logger holds the first line.
  @Test
  void aLoggerThatBlocksHoldsUpNoReader() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    log.before = () -> await(release);
    output.start();
    OutputPump pump = pump("line\n".repeat(100_000) + "last");
    assertThat(log.lines).isEmpty();
    assertThat(pump.lastLines()).hasSize(20).endsWith("last");
    release.countDown();
    log.await("left out");
    assertThat(log.lines).hasSizeLessThan(2_000).contains("INFO line");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(BOUND_S, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatFindsNoRoomIsCounted() throws Exception {
    for (int i = 0; output.offer(new OutputLog.Line(log, false, "full")); i++) {
      assertThat(i).as("lines that wait").isLessThan(10_000);
    }
    OutputPump pump = pump("a\nb\nc");
    assertThat(pump.lastLines()).containsExactly("a", "b", "c");
    output.end();
    output.start();
    log.await("full");
    assertThat(log.lines).containsOnly("INFO full");
  }

  @Test
  void aLoggerThatThrowsIsAskedAgain() throws Exception {
    log.before =
        () -> {
          log.before = () -> {};
          throw new IllegalStateException("a logger's fault");
        };
    output.start();
    pump("one\ntwo");
    log.await("two");
    assertThat(log.lines).containsExactly("INFO two");
  }

  /// A process of the child's own may do so, for hours.
  @Test
  @Timeout(BOUND_S)
  void aStreamThatSomebodyHoldsOpenIsReadAndNotWaitedFor() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    InputStream printed =
        new ByteArrayInputStream("last words\nand no more".getBytes(StandardCharsets.UTF_8));
    InputStream held = new SequenceInputStream(printed, new Silence(release));
    OutputPump pump = new OutputPump("cpu-0", new PrintedProcess(held), log, output);
    pump.awaitAllRead(TimeUnit.DAYS.toNanos(1));
    assertThat(pump.lastLines()).containsExactly("last words");
    release.countDown();
  }

  /// Nothing is printed any more, and the end comes late.
  private static final class Silence extends InputStream {
    private final CountDownLatch end;

    Silence(CountDownLatch end) {
      this.end = end;
    }

    @Override
    public int read() {
      await(end);
      return -1;
    }

    @Override
    public int read(byte[] bytes, int from, int most) {
      return read();
    }
  }

  @Test
  void aCrashIsToldByWhatTheJvmSaysOfItBehindWhatWasPrintedBefore() throws Exception {
    output.start();
    String crash = "# A fatal error has been detected by the Java Runtime Environment:";
    OutputPump pump =
        pump("before\n#\n" + crash + "\n#\n#  SIGSEGV (0xb)\n" + "much else\n".repeat(100));
    assertThat(pump.lastLines()).containsExactly("before", "#", crash, "#  SIGSEGV (0xb)");
  }

  @Test
  void aLineThatOnlyLooksLikeACrashHidesNothing() throws Exception {
    output.start();
    OutputPump pump = pump("# Report of this run\nthe real reason");
    assertThat(pump.lastLines()).containsExactly("# Report of this run", "the real reason");
  }
}

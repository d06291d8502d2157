package io.sluice.gateway;

import io.sluice.config.DataSize;
import io.sluice.error.ConfigurationException;
import java.time.Duration;
import java.util.function.Consumer;

/// What bounds a gateway, whoever its clients are. Immutable; each method that sets something refuses a
/// value out of its range at once.
///
/// @param runCount open runs of clients, at least 1; the heap is divided by it for the limit of each run
/// @param connectionCount open connections, at least 1
/// @param lineBytes the longest line of a run's stream, 1 KiB to 1 GiB
/// @param bodyBytes the longest body of a request, at least 1 KiB
/// @param openTaskCount tasks of a run whose outcomes the client has not read, at least 1
/// @param storedBytes bytes of all stored tensors together, at least 1 KiB
/// @param firstByte how long a client may take to send a request, its body's first byte, and to go on reading
///     an outcome whose run was cancelled; above 0
/// @param silence how long a client may send nothing of a body that the gateway waits for; above 0
/// @param eventCount events that are kept for listeners that come back, 1 to 1,048,576
public record GatewayLimits(
    int runCount,
    int connectionCount,
    int lineBytes,
    long bodyBytes,
    int openTaskCount,
    long storedBytes,
    Duration firstByte,
    Duration silence,
    int eventCount) {
  private static final long MIN_BYTES = 1 << 10;
  private static final long MAX_LINE_BYTES = 1 << 30;
  private static final int MAX_EVENTS = 1 << 20;

  /// The only gate.
  ///
  /// @throws ConfigurationException if a value is out of its range
  public GatewayLimits {
    check("runCount", runCount, 1, Integer.MAX_VALUE);
    check("connectionCount", connectionCount, 1, Integer.MAX_VALUE);
    check("lineBytes", lineBytes, MIN_BYTES, MAX_LINE_BYTES);
    check("bodyBytes", bodyBytes, MIN_BYTES, Long.MAX_VALUE);
    check("openTaskCount", openTaskCount, 1, Integer.MAX_VALUE);
    check("storedBytes", storedBytes, MIN_BYTES, Long.MAX_VALUE);
    check("eventCount", eventCount, 1, MAX_EVENTS);
    check("firstByte", firstByte, "use Duration.ofSeconds(10)");
    check("silence", silence, "use Duration.ofMinutes(5)");
  }

  private static void check(String key, long value, long from, long to) {
    if (value < from || value > to) {
      throw new ConfigurationException(
          "gateway." + key,
          "must lie in %d to %d".formatted(from, to),
          value,
          "leave it out for the default");
    }
  }

  private static void check(String key, Duration value, String remedy) {
    if (value == null || value.isNegative() || value.isZero()) {
      throw new ConfigurationException("gateway." + key, "must be above 0", value, remedy);
    }
  }

  /// 8 runs, 4,096 connections, lines of 1 MiB, bodies of 1 TiB, 1,024 open tasks a run, 1 GiB of stored
  /// tensors, 10 s to the first byte, 5 min of silence, 4,096 events.
  public static GatewayLimits defaults() {
    return new GatewayLimits(
        8,
        4_096,
        1 << 20,
        1L << 40,
        1_024,
        1L << 30,
        Duration.ofSeconds(10),
        Duration.ofMinutes(5),
        4_096);
  }

  /// Open runs of clients. Each may have so many parts of the heap's bytes, so that together they always
  /// have room.
  public GatewayLimits runs(int count) {
    return with(draft -> draft.runCount = count);
  }

  /// Open connections; one more is closed at once.
  public GatewayLimits connections(int count) {
    return with(draft -> draft.connectionCount = count);
  }

  /// The longest line of a run's stream, without its end.
  public GatewayLimits line(DataSize longest) {
    return with(draft -> draft.lineBytes = (int) Math.min(longest.bytes(), Integer.MAX_VALUE));
  }

  /// The longest body of a request.
  public GatewayLimits body(DataSize longest) {
    return with(draft -> draft.bodyBytes = longest.bytes());
  }

  /// Tasks of a run whose outcomes the client has not read; then no more of its lines are read.
  public GatewayLimits openTasks(int count) {
    return with(draft -> draft.openTaskCount = count);
  }

  /// Bytes of all stored tensors together.
  public GatewayLimits stored(DataSize most) {
    return with(draft -> draft.storedBytes = most.bytes());
  }

  /// How long a client may take to send a request, and then the first byte of its body. A client that reads
  /// nothing for one to two times as long of an outcome whose run was cancelled is cut off.
  public GatewayLimits firstByte(Duration longest) {
    return with(draft -> draft.firstByte = longest);
  }

  /// How long a client may send nothing of a body that it has begun. Time in which the gateway doesn't
  /// read, because the heap is full or outcomes are not taken, doesn't count.
  public GatewayLimits silence(Duration longest) {
    return with(draft -> draft.silence = longest);
  }

  /// Events that are kept for listeners that come back.
  public GatewayLimits events(int count) {
    return with(draft -> draft.eventCount = count);
  }

  private GatewayLimits with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.limits();
  }

  /// Limits while one of them is changed.
  private static final class Draft {
    private int runCount;
    private int connectionCount;
    private int lineBytes;
    private long bodyBytes;
    private int openTaskCount;
    private long storedBytes;
    private Duration firstByte;
    private Duration silence;
    private int eventCount;

    Draft(GatewayLimits limits) {
      this.runCount = limits.runCount;
      this.connectionCount = limits.connectionCount;
      this.lineBytes = limits.lineBytes;
      this.bodyBytes = limits.bodyBytes;
      this.openTaskCount = limits.openTaskCount;
      this.storedBytes = limits.storedBytes;
      this.firstByte = limits.firstByte;
      this.silence = limits.silence;
      this.eventCount = limits.eventCount;
    }

    GatewayLimits limits() {
      return new GatewayLimits(
          runCount,
          connectionCount,
          lineBytes,
          bodyBytes,
          openTaskCount,
          storedBytes,
          firstByte,
          silence,
          eventCount);
    }
  }
}

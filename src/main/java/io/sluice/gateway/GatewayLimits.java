package io.sluice.gateway;

import io.sluice.config.DataSize;
import io.sluice.error.ConfigurationException;
import java.time.Duration;

/// What bounds a gateway, whoever its clients are. Immutable; each method that sets something refuses a
/// value out of its range at once.
///
/// @param runCount open runs of clients, at least 1; the heap is divided by it for the limit of each run
/// @param connectionCount open connections, at least 1
/// @param lineBytes the longest line of a run's stream, 1 KiB to 1 GiB
/// @param bodyBytes the longest body of a request, at least 1 KiB
/// @param openTaskCount tasks of a run whose outcomes the client has not read, at least 1
/// @param storedBytes bytes of all stored tensors together, at least 1 KiB
/// @param firstByte how long a client may take to send a request, and its body's first byte; above 0
/// @param eventCount events that are kept for listeners that come back, 1 to 1,048,576
public record GatewayLimits(
    int runCount,
    int connectionCount,
    int lineBytes,
    long bodyBytes,
    int openTaskCount,
    long storedBytes,
    Duration firstByte,
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
    if (firstByte == null || firstByte.isNegative() || firstByte.isZero()) {
      throw new ConfigurationException(
          "gateway.firstByte", "must be above 0", firstByte, "use Duration.ofSeconds(10)");
    }
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

  /// 8 runs, 4,096 connections, lines of 1 MiB, bodies of 1 TiB, 1,024 open tasks a run, 1 GiB of stored
  /// tensors, 10 s to the first byte, 4,096 events.
  public static GatewayLimits defaults() {
    return new GatewayLimits(
        8, 4_096, 1 << 20, 1L << 40, 1_024, 1L << 30, Duration.ofSeconds(10), 4_096);
  }

  /// Open runs of clients. Each may have so many parts of the heap's bytes, so that together they always
  /// have room.
  public GatewayLimits runs(int count) {
    return new GatewayLimits(
        count,
        connectionCount,
        lineBytes,
        bodyBytes,
        openTaskCount,
        storedBytes,
        firstByte,
        eventCount);
  }

  /// Open connections; one more is closed at once.
  public GatewayLimits connections(int count) {
    return new GatewayLimits(
        runCount, count, lineBytes, bodyBytes, openTaskCount, storedBytes, firstByte, eventCount);
  }

  /// The longest line of a run's stream, without its end.
  public GatewayLimits line(DataSize longest) {
    int bytes = (int) Math.min(longest.bytes(), Integer.MAX_VALUE);
    return new GatewayLimits(
        runCount,
        connectionCount,
        bytes,
        bodyBytes,
        openTaskCount,
        storedBytes,
        firstByte,
        eventCount);
  }

  /// The longest body of a request.
  public GatewayLimits body(DataSize longest) {
    return new GatewayLimits(
        runCount,
        connectionCount,
        lineBytes,
        longest.bytes(),
        openTaskCount,
        storedBytes,
        firstByte,
        eventCount);
  }

  /// Tasks of a run whose outcomes the client has not read; then no more of its lines are read.
  public GatewayLimits openTasks(int count) {
    return new GatewayLimits(
        runCount, connectionCount, lineBytes, bodyBytes, count, storedBytes, firstByte, eventCount);
  }

  /// Bytes of all stored tensors together.
  public GatewayLimits stored(DataSize most) {
    return new GatewayLimits(
        runCount,
        connectionCount,
        lineBytes,
        bodyBytes,
        openTaskCount,
        most.bytes(),
        firstByte,
        eventCount);
  }

  /// How long a client may take to send a request, and then the first byte of its body.
  public GatewayLimits firstByte(Duration longest) {
    return new GatewayLimits(
        runCount,
        connectionCount,
        lineBytes,
        bodyBytes,
        openTaskCount,
        storedBytes,
        longest,
        eventCount);
  }

  /// Events that are kept for listeners that come back.
  public GatewayLimits events(int count) {
    return new GatewayLimits(
        runCount,
        connectionCount,
        lineBytes,
        bodyBytes,
        openTaskCount,
        storedBytes,
        firstByte,
        count);
  }
}

package io.sluice.examples.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.examples.mnist.TrainedDigits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;

/// Streams digits into a run, on a thread of its own, and reads what was made of them.
final class DigitStream {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "digit ";

  private final TrainedDigits digits;
  private final int count;
  private final Process curl;
  private final AtomicInteger sentCount = new AtomicInteger();
  private int readCount;
  private int rightCount;

  /// @param count how many digits to send
  DigitStream(TrainedDigits digits, int count, Process curl) {
    this.digits = digits;
    this.count = count;
    this.curl = curl;
  }

  /// Begins to send.
  void begin() {
    Thread.ofPlatform().name("digits").daemon().start(this::sendAll);
  }

  private void sendAll() {
    try (OutputStream out = curl.getOutputStream()) {
      for (int digit = 0; digit < count; digit++) {
        out.write(lines(digit).getBytes(StandardCharsets.UTF_8));
        out.flush();
        sentCount.incrementAndGet();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("curl takes no more digits", e);
    }
  }

  /// Each digit is a scope: its bytes come back when it has been read.
  private String lines(int digit) {
    return """
    {"scope": "begin"}
    {"fill": "image", "dtype": "UINT8", "shape": [1, 784], "base64": "%s"}
    {"kernel": "infer", "name": "digit %d", "args": [{"in": "image"}, {"in": "/hidden"}, {"in": "/output"}, {"out": "shows", "dtype": "UINT8", "shape": [1]}], "yields": ["shows"]}
    {"scope": "end"}
    """
        .formatted(Base64.getEncoder().encodeToString(digits.image(digit)), digit);
  }

  /// Waits until the sender has made no progress for half a second.
  int awaitStop() throws InterruptedException {
    int before;
    do {
      before = sentCount.get();
      Thread.sleep(500);
    } while (sentCount.get() != before);
    return before;
  }

  /// Reads all that comes.
  ///
  /// @throws IOException if the run failed
  void readAll() throws IOException {
    try (BufferedReader lines = curl.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        read(JSON.readTree(line));
      }
    }
  }

  private void read(JsonNode outcome) throws IOException {
    if (!outcome.has("completed")) {
      throw new IOException("the run says: " + outcome);
    }
    JsonNode shown = outcome.at("/tensors/0/values/0");
    if (shown.isNumber()) {
      readCount++;
      int digit = Integer.parseInt(outcome.get("completed").asText().substring(NAME.length()));
      rightCount += shown.asInt() == digits.label(digit) ? 1 : 0;
    }
  }

  int readCount() {
    return readCount;
  }

  double accuracyPercent() {
    return 100.0 * rightCount / Math.max(1, readCount);
  }
}

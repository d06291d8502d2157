package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A client that speaks bytes, so that tests see what the socket takes and what it doesn't.
final class RawClient implements AutoCloseable {
  private static final Duration BOUND = Duration.ofSeconds(20);

  private final SocketChannel channel;
  private final Selector writable;
  private final Selector readable;

  /// Of a chunk that the socket took in part.
  private ByteBuffer rest = ByteBuffer.allocate(0);

  RawClient(Gateway gateway) {
    try {
      channel = SocketChannel.open();
      channel.setOption(StandardSocketOptions.SO_RCVBUF, 32 * 1024);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, 32 * 1024);
      channel.connect(gateway.address());
      channel.configureBlocking(false);
      writable = Selector.open();
      readable = Selector.open();
      channel.register(writable, SelectionKey.OP_WRITE);
      channel.register(readable, SelectionKey.OP_READ);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A request with a body in chunks that doesn't end.
  void begin(String method, String path) {
    send(
        method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  }

  /// A request without a body.
  void get(String path, String... headers) {
    StringBuilder lines = new StringBuilder();
    for (String header : headers) {
      lines.append(header).append("\r\n");
    }
    send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n");
  }

  /// A chunk of a body.
  void chunk(String text) {
    send(chunkOf(text));
  }

  private static String chunkOf(String text) {
    return Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length)
        + "\r\n"
        + text
        + "\r\n";
  }

  void endBody() {
    send("0\r\n\r\n");
  }

  /// All of it, behind what was begun before; within a bound.
  void send(String text) {
    sendAll(rest);
    sendAll(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private void sendAll(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      assertThat(write(bytes, BOUND)).as("the socket takes bytes").isTrue();
    }
  }

  /// Sends the same chunk again and again until the socket has taken nothing for half a second.
  ///
  /// @return how many bytes it took; at least `enough` if it never stopped
  long sendUntilStopped(String text, long enough) {
    byte[] chunk = chunkOf(text).getBytes(StandardCharsets.UTF_8);
    long sent = 0;
    ByteBuffer bytes = ByteBuffer.wrap(chunk);
    while (sent < enough) {
      int before = bytes.remaining();
      if (!write(bytes, Duration.ofMillis(500))) {
        rest = bytes.position() == 0 ? rest : bytes;
        return sent;
      }
      sent += before - bytes.remaining();
      if (!bytes.hasRemaining()) {
        bytes.rewind();
      }
    }
    return sent;
  }

  private boolean write(ByteBuffer bytes, Duration bound) {
    try {
      int taken = channel.write(bytes);
      if (taken > 0) {
        return true;
      }
      writable.selectedKeys().clear();
      return writable.select(bound.toMillis()) > 0 && channel.write(bytes) > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What has come when it holds `wanted`; or up to the end of the stream.
  String readUntil(String wanted) {
    StringBuilder text = new StringBuilder();
    ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    try {
      while (text.indexOf(wanted) < 0) {
        readable.selectedKeys().clear();
        assertThat(readable.select(BOUND.toMillis()))
            .as("something comes after: %s", text)
            .isEqualTo(1);
        if (channel.read(buffer.clear()) < 0) {
          return text.toString();
        }
        text.append(StandardCharsets.UTF_8.decode(buffer.flip()));
      }
      return text.toString();
    } catch (IOException e) {
      return text + " [" + e.getMessage() + "]";
    }
  }

  /// All there is.
  String readToEnd() {
    return readUntil("\0");
  }

  void endOfSending() {
    try {
      channel.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// As a process that is killed: what it has not read is answered with a reset.
  void reset() {
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
      writable.close();
      readable.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

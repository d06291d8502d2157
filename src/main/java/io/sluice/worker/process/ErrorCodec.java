package io.sluice.worker.process;

import io.sluice.error.RemoteKernelException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What was thrown, as bytes: class, message, stack, causes.
///
/// ```
///   throwable: class text, message text or none, frames, cause: 0 or 1 and a throwable
///   frames:    count, then class, method, file or none, line (int) of each
///   text:      length in bytes (int, -1 for none), UTF-8          all numbers big-endian
/// ```
///
/// **Bound.** [MailboxLayout#MAX_ERROR_BYTES]. Frames and texts are cut, more and more, until it fits, and
/// so are causes behind the eighth; what is cut says so. What was thrown is a user's class: methods of it
/// that throw themselves are answered for.
final class ErrorCodec {
  static final int MAX_CAUSES = 8;
  private static final int MOST_FRAMES = 256;
  private static final int LONGEST_TEXT = 8_192;
  private static final int SHORTEST_TYPE = 64;
  private static final int NONE = -1;
  private static final StackTraceElement[] NO_STACK = {};

  private ErrorCodec() {}

  static byte[] encode(Throwable thrown) {
    int frames = MOST_FRAMES;
    int text = LONGEST_TEXT;
    byte[] bytes = encode(thrown, frames, text);
    while (bytes.length > MailboxLayout.MAX_ERROR_BYTES) {
      frames /= 2;
      text /= 2;
      bytes = encode(thrown, frames, text);
    }
    return bytes;
  }

  private static byte[] encode(Throwable thrown, int frames, int text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      write(new DataOutputStream(bytes), thrown, frames, text, 0);
    } catch (IOException e) {
      throw new IllegalStateException("memory has no input or output", e);
    }
    return bytes.toByteArray();
  }

  private static void write(
      DataOutputStream out, Throwable thrown, int frames, int text, int causes) throws IOException {
    if (causes > MAX_CAUSES) {
      writeCutCauses(out);
      return;
    }
    writeText(out, thrown.getClass().getName(), Math.max(text, SHORTEST_TYPE));
    writeText(out, messageOf(thrown), text);
    writeFrames(out, stackOf(thrown), frames);
    Throwable cause = ask(thrown::getCause, null);
    out.writeByte(cause == null ? 0 : 1);
    if (cause != null) {
      write(out, cause, frames, text, causes + 1);
    }
  }

  private static void writeCutCauses(DataOutputStream out) throws IOException {
    writeText(out, "cut", SHORTEST_TYPE);
    writeText(out, "causes behind the eighth", LONGEST_TEXT);
    writeFrames(out, NO_STACK, 0);
    out.writeByte(0);
  }

  private static @Nullable String messageOf(Throwable thrown) {
    try {
      return thrown.getMessage();
    } catch (Throwable broken) {
      return "its message can't be had: " + broken.getClass().getName();
    }
  }

  private static StackTraceElement[] stackOf(Throwable thrown) {
    @Nullable StackTraceElement @Nullable [] stack = ask(thrown::getStackTrace, NO_STACK);
    return stack == null
        ? NO_STACK
        : Arrays.stream(stack).filter(Objects::nonNull).toArray(StackTraceElement[]::new);
  }

  private static <T extends @Nullable Object> T ask(Supplier<T> question, T otherwise) {
    try {
      return question.get();
    } catch (Throwable broken) {
      return otherwise;
    }
  }

  private static void writeFrames(DataOutputStream out, StackTraceElement[] stack, int most)
      throws IOException {
    boolean isCut = stack.length > most;
    out.writeInt(Math.min(stack.length, most) + (isCut ? 1 : 0));
    for (int i = 0; i < stack.length && i < most; i++) {
      writeFrame(out, stack[i]);
    }
    if (isCut) {
      writeFrame(
          out, new StackTraceElement("cut", (stack.length - most) + "_more_frames", null, NONE));
    }
  }

  private static void writeFrame(DataOutputStream out, StackTraceElement frame) throws IOException {
    writeText(out, frame.getClassName(), LONGEST_TEXT);
    writeText(out, frame.getMethodName(), LONGEST_TEXT);
    writeText(out, frame.getFileName(), LONGEST_TEXT);
    out.writeInt(frame.getLineNumber());
  }

  private static void writeText(DataOutputStream out, @Nullable String text, int most)
      throws IOException {
    if (text == null) {
      out.writeInt(NONE);
      return;
    }
    String cut =
        text.length() <= most
            ? text
            : text.substring(0, most) + "… (" + (text.length() - most) + " characters cut)";
    byte[] bytes = cut.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /// The bytes may be anything: the child may have written over them.
  static RemoteKernelException decode(byte[] bytes) {
    try {
      return read(new DataInputStream(new ByteArrayInputStream(bytes)), bytes.length, 0);
    } catch (IOException | RuntimeException e) {
      return new RemoteKernelException(
          "unknown", "the worker's account of it can't be read: " + e, NO_STACK, null);
    }
  }

  private static RemoteKernelException read(DataInputStream in, int most, int causes)
      throws IOException {
    String type = readText(in, most);
    String message = readText(in, most);
    StackTraceElement[] stack = readFrames(in, most);
    boolean hasCause = in.readByte() != 0 && causes <= MAX_CAUSES;
    RemoteKernelException cause = hasCause ? read(in, most, causes + 1) : null;
    return new RemoteKernelException(type == null ? "unknown" : type, message, stack, cause);
  }

  private static StackTraceElement[] readFrames(DataInputStream in, int most) throws IOException {
    int count = checked(in.readInt(), most);
    StackTraceElement[] stack = new StackTraceElement[count];
    for (int i = 0; i < count; i++) {
      String type = readText(in, most);
      String method = readText(in, most);
      stack[i] =
          new StackTraceElement(
              type == null ? "" : type,
              method == null ? "" : method,
              readText(in, most),
              in.readInt());
    }
    return Arrays.copyOf(stack, count);
  }

  private static @Nullable String readText(DataInputStream in, int most) throws IOException {
    int length = in.readInt();
    if (length == NONE) {
      return null;
    }
    byte[] bytes = new byte[checked(length, most)];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static int checked(int length, int most) throws IOException {
    if (length < 0 || length > most) {
      throw new IOException("a length of " + length);
    }
    return length;
  }
}

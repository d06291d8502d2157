package io.sluice.ndjson;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Cuts pieces of bytes into lines, at line feeds; a carriage return before one belongs to it. Blank
/// lines are passed over, and counted.
///
/// **Confinement.** One thread at a time.
/// **Bound.** One piece and one unfinished line, which is at most as long as the limit.
final class LineSplitter {
  private static final byte[] NONE = {};

  private final int maxLineBytes;
  private byte[] piece = NONE;
  private int position;
  private byte[] unfinished = NONE;
  private int unfinishedLength;
  private long number;

  /// @param maxLineBytes the longest line, without its end; at least 1
  LineSplitter(int maxLineBytes) {
    this.maxLineBytes = maxLineBytes;
  }

  /// Gives the next piece, once [#next] has returned null; it is not copied as long as it is at hand.
  void feed(byte[] nextPiece) {
    piece = nextPiece;
    position = 0;
  }

  /// The next line that has ended; null if the piece has no more of them.
  ///
  /// @throws NdjsonException for a line above the limit
  @Nullable Line next() {
    while (position < piece.length) {
      int end = endOfLine();
      if (end < 0) {
        keepRest();
        return null;
      }
      byte[] bytes = lineUntil(end);
      position = end + 1;
      number++;
      if (!isBlank(bytes)) {
        return new Line(number, bytes);
      }
    }
    return null;
  }

  /// What is left where there are no more pieces: a last line without an end. Null if there is none.
  @Nullable Line last() {
    byte[] bytes = lineUntil(position);
    number++;
    return isBlank(bytes) ? null : new Line(number, bytes);
  }

  private int endOfLine() {
    for (int i = position; i < piece.length; i++) {
      if (piece[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private void keepRest() {
    int length = piece.length - position;
    checkLength(unfinishedLength + (long) length);
    if (unfinished.length - unfinishedLength < length) {
      int room = Math.max(unfinishedLength + length, 2 * unfinished.length);
      unfinished = Arrays.copyOf(unfinished, Math.min(room, maxLineBytes));
    }
    System.arraycopy(piece, position, unfinished, unfinishedLength, length);
    unfinishedLength += length;
    piece = NONE;
    position = 0;
  }

  private byte[] lineUntil(int end) {
    int length = end - position;
    checkLength(unfinishedLength + (long) length);
    byte[] bytes = Arrays.copyOf(unfinished, unfinishedLength + length);
    System.arraycopy(piece, position, bytes, unfinishedLength, length);
    unfinished = NONE;
    unfinishedLength = 0;
    boolean returned = bytes.length > 0 && bytes[bytes.length - 1] == '\r';
    return returned ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
  }

  private void checkLength(long length) {
    if (length > maxLineBytes) {
      throw new NdjsonException(
          number + 1,
          String.format(Locale.ROOT, "a line must have at most %,d bytes", maxLineBytes),
          String.format(
              Locale.ROOT, "at least %,d; send large tensors apart, by PUT /tensors/NAME", length));
    }
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte each : bytes) {
      if (each != ' ' && each != '\t' && each != '\r') {
        return false;
      }
    }
    return true;
  }
}

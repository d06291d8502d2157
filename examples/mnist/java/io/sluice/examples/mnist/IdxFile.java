package io.sluice.examples.mnist;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/// A file of unsigned bytes in the IDX format of the MNIST database, compressed with gzip.
///
/// ```
///   0  0  0x08  rank | extent ... (rank times, 4 bytes, big-endian) | the elements, row-major
/// ```
final class IdxFile {
  private static final int UNSIGNED_BYTE = 0x08;
  private static final long MAX_ELEMENTS = 1 << 28;

  private final int[] extents;
  private final byte[] elements;

  private IdxFile(int[] extents, byte[] elements) {
    this.extents = extents;
    this.elements = elements;
  }

  /// Reads a file that must have this many axes.
  ///
  /// @throws IOException that names the file, if it is not such a file or is cut short
  static IdxFile read(Path file, int rank) throws IOException {
    try (var in =
        new DataInputStream(
            new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file))))) {
      checkMagic(file, in.readInt(), rank);
      int[] extents = readExtents(file, in, rank);
      return new IdxFile(extents, readElements(file, in, extents));
    } catch (EOFException e) {
      throw new IOException(file + " ends within its header; copy it again", e);
    }
  }

  private static void checkMagic(Path file, int magic, int rank) throws IOException {
    int wanted = UNSIGNED_BYTE << 8 | rank;
    if (magic != wanted) {
      throw new IOException(
          "%s must start with 0x%08x (bytes, %d axes), was 0x%08x; name the right file"
              .formatted(file, wanted, rank, magic));
    }
  }

  private static int[] readExtents(Path file, DataInputStream in, int rank) throws IOException {
    int[] extents = new int[rank];
    long elements = 1;
    for (int axis = 0; axis < rank; axis++) {
      extents[axis] = in.readInt();
      elements *= extents[axis];
      if (extents[axis] < 1 || elements > MAX_ELEMENTS) {
        throw new IOException(
            "%s must hold 1 to %,d elements, its axis %d has %d; copy it again"
                .formatted(file, MAX_ELEMENTS, axis, extents[axis]));
      }
    }
    return extents;
  }

  private static byte[] readElements(Path file, DataInputStream in, int[] extents)
      throws IOException {
    int wanted = 1;
    for (int extent : extents) {
      wanted *= extent;
    }
    byte[] elements = in.readNBytes(wanted);
    if (elements.length < wanted) {
      throw new IOException(
          "%s must hold %,d elements, ends after %,d; copy it again"
              .formatted(file, wanted, elements.length));
    }
    return elements;
  }

  /// The size along an axis.
  int extent(int axis) {
    return extents[axis];
  }

  /// All elements, row-major.
  byte[] elements() {
    return elements;
  }
}

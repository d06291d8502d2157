package io.sluice.examples.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxFileTest {
  private static final int MATRIX = 0x0802;

  @TempDir Path directory;

  @Test
  void theElementsFollowTheExtents() throws IOException {
    IdxFile idx = IdxFile.read(file(6, MATRIX, 2, 3), 2);

    assertThat(idx.extent(0)).isEqualTo(2);
    assertThat(idx.extent(1)).isEqualTo(3);
    assertThat(idx.elements()).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void theMagicNumberMustNameBytesAndTheRank() throws IOException {
    Path matrix = file(6, MATRIX, 2, 3);

    assertThatIOException()
        .isThrownBy(() -> IdxFile.read(matrix, 3))
        .withMessageContaining("must start with 0x00000803 (bytes, 3 axes), was 0x00000802")
        .withMessageContaining(matrix.toString());
  }

  @Test
  void aFileThatIsCutShortSaysHowMuchIsMissing() throws IOException {
    Path cut = file(5, MATRIX, 2, 3);

    assertThatIOException()
        .isThrownBy(() -> IdxFile.read(cut, 2))
        .withMessageContaining("must hold 6 elements, ends after 5");
  }

  @Test
  void aHeaderThatIsCutShortIsNamed() throws IOException {
    Path cut = file(0, MATRIX, 2);

    assertThatIOException()
        .isThrownBy(() -> IdxFile.read(cut, 2))
        .withMessageContaining("ends within its header");
  }

  @ParameterizedTest
  @ValueSource(ints = {1 << 20, 0, -3})
  void extentsOutOfRangeAreRefusedBeforeAnythingIsAllocated(int extent) throws IOException {
    Path damaged = file(0, MATRIX, 1 << 20, extent);

    assertThatIOException()
        .isThrownBy(() -> IdxFile.read(damaged, 2))
        .withMessageContaining("its axis 1 has " + extent);
  }

  @Test
  void imagesAndLabelsMustBelongTogether() {
    assertThatIOException()
        .isThrownBy(
            () ->
                Digits.load(
                    Path.of("examples/mnist/data"),
                    "test-images-10k.idx3.gz",
                    "train-labels-20k.idx1.gz"))
        .withMessageContaining("10,000 images")
        .withMessageContaining("20,000 labels");
  }

  /// Header words, then `count` elements 0, 1, 2 and so on.
  private Path file(int count, int... header) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 * header.length + count);
    for (int word : header) {
      bytes.putInt(word);
    }
    for (int i = 0; i < count; i++) {
      bytes.put((byte) i);
    }
    Path file = directory.resolve("file.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(bytes.array());
    }
    return file;
  }
}

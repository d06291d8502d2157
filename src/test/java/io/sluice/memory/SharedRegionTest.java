package io.sluice.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.sluice.error.HeapUnavailableException;
import io.sluice.memory.SharedRegion.Purpose;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SharedRegionTest {
  private static final long SMALL_BYTES = 1 << 20;

  @TempDir Path directory;

  private static List<Path> listOf(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  @Test
  void isZeroAndHasItsCapacity() {
    try (SharedRegion region = SharedRegion.create(SMALL_BYTES)) {
      assertThat(region.capacityBytes()).isEqualTo(SMALL_BYTES);
      assertThat(region.segment().byteSize()).isEqualTo(SMALL_BYTES);
      assertThat(region.segment().mismatch(MemorySegment.ofArray(new byte[(int) SMALL_BYTES])))
          .isEqualTo(-1);
    }
  }

  @Test
  void anyThreadMayAccessItsBytes() throws Exception {
    try (SharedRegion region = SharedRegion.create(SMALL_BYTES);
        ExecutorService other = Executors.newSingleThreadExecutor()) {
      region.segment().set(ValueLayout.JAVA_INT, 0, 42);
      Future<Integer> seen = other.submit(() -> region.segment().get(ValueLayout.JAVA_INT, 0));
      assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo(42);
    }
  }

  @Test
  void mayBeLargerThanTwoGibibytesAndTakesPagesOnlyWhenTouched() throws IOException {
    long capacityBytes = 5L << 30;
    try (SharedRegion region =
        SharedRegion.create(
            capacityBytes, Purpose.HEAP, RegionFile.defaultDirectory(), anywhere -> 1L << 40)) {
      region.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
      region.segment().set(ValueLayout.JAVA_BYTE, capacityBytes - 1, (byte) 2);
      assertThat(region.segment().get(ValueLayout.JAVA_BYTE, capacityBytes - 1))
          .isEqualTo((byte) 2);
      assertThat(region.segment().get(ValueLayout.JAVA_BYTE, capacityBytes / 2)).isZero();
    }
  }

  @Test
  void zeroesAPartAndNothingElse() {
    long partBytes = (3 << 20) + 5;
    try (SharedRegion region = SharedRegion.create(4 << 20)) {
      region.segment().fill((byte) 9);
      region.zero(1024, partBytes);
      byte[] expected = new byte[4 << 20];
      Arrays.fill(expected, (byte) 9);
      Arrays.fill(expected, 1024, 1024 + (int) partBytes, (byte) 0);
      assertThat(region.segment().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> region.zero(4 << 20, 1));
    }
  }

  @Test
  void refusesAFileSystemWithoutEnoughFreeBytes() {
    assertThatExceptionOfType(HeapUnavailableException.class)
        .isThrownBy(
            () -> SharedRegion.create(1 << 30, Purpose.HEAP, directory, anywhere -> 64 << 20))
        .withMessage(
            "a region needs 1,073,741,824 bytes but %s has 67,108,864 free; lower"
                + " Sluice.builder().heap(...) or enlarge the file system (in a container: docker"
                + " run --shm-size)",
            directory)
        .asInstanceOf(type(HeapUnavailableException.class))
        .satisfies(e -> assertThat(e.neededBytes()).isEqualTo(1 << 30))
        .satisfies(e -> assertThat(e.freeBytes()).hasValue(64 << 20));
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void saysOfATensorThatItIsTheTensorThatIsTooLarge() {
    assertThatExceptionOfType(HeapUnavailableException.class)
        .isThrownBy(() -> SharedRegion.create(2_048, Purpose.TENSOR, directory, anywhere -> 1_024))
        .withMessageContaining("needs 2,048 bytes")
        .withMessageContaining("make the tensor smaller, close others")
        .withMessageNotContaining("heap(");
  }

  @Test
  void takesAllThatIsFree() {
    SharedRegion.create(SMALL_BYTES, Purpose.HEAP, directory, anywhere -> SMALL_BYTES).close();
  }

  @Test
  void saysWhyItCantBeMade() {
    Path nowhere = directory.resolve("nowhere");
    assertThatExceptionOfType(HeapUnavailableException.class)
        .isThrownBy(() -> SharedRegion.create(SMALL_BYTES, nowhere))
        .withMessageContaining("a region of 1,048,576 bytes can't be made in " + nowhere)
        .satisfies(e -> assertThat(e.freeBytes()).isEmpty());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SharedRegion.create(0))
        .withMessageContaining("was 0");
  }

  @Test
  void isClosedOnceHoweverOften() {
    SharedRegion region = SharedRegion.create(SMALL_BYTES);
    MemorySegment segment = region.segment();
    assertThat(region.isOpen()).isTrue();
    region.close();
    region.close();
    assertThat(region.isOpen()).isFalse();
    assertThatIllegalStateException().isThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void isMadeAndClosedByAnInterruptedThreadWhichStaysInterrupted() {
    Thread.currentThread().interrupt();
    SharedRegion region = SharedRegion.create(SMALL_BYTES);
    region.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
    region.close();
    assertThat(Thread.interrupted()).isTrue();
  }

  /// An operation of a channel holds the bytes while it runs; here one that waits for a reader.
  @Test
  void staysOpenWhileAnOperationHasItsBytes() throws Exception {
    Pipe pipe = Pipe.open();
    SharedRegion region = SharedRegion.create(SMALL_BYTES);
    try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
      ByteBuffer all = region.segment().asByteBuffer();
      Future<Integer> written = writer.submit(() -> pipe.sink().write(all));
      pipe.source().read(ByteBuffer.allocate(1));
      assertThatIllegalStateException().isThrownBy(region::close);
      assertThat(region.isOpen()).isTrue();
      ByteBuffer rest = ByteBuffer.allocate((int) SMALL_BYTES);
      while (rest.position() < SMALL_BYTES - 1) {
        pipe.source().read(rest);
      }
      assertThat(written.get(30, TimeUnit.SECONDS)).isEqualTo((int) SMALL_BYTES);
    }
    region.close();
    assertThat(region.isOpen()).isFalse();
  }

  @Nested
  @EnabledOnOs(OS.LINUX)
  class OnLinux {
    private static Path linkOf(SharedRegion region) {
      return Path.of("/proc/self/fd", "" + region.fileDescriptor().getAsInt());
    }

    @Test
    void hasNoNameFromTheStart() throws IOException {
      try (SharedRegion region = SharedRegion.create(SMALL_BYTES, directory)) {
        assertThat(directory).isEmptyDirectory();
        assertThat(Files.readSymbolicLink(linkOf(region)).toString())
            .startsWith(directory + "/sluice-")
            .endsWith(" (deleted)");
        assertThat(Files.size(linkOf(region))).isEqualTo(SMALL_BYTES);
      }
    }

    @Test
    void liesInTheSharedMemoryFileSystem() throws IOException {
      try (SharedRegion region = SharedRegion.create(SMALL_BYTES)) {
        assertThat(Files.readSymbolicLink(linkOf(region)).toString()).startsWith("/dev/shm/");
      }
    }

    @Test
    void isItsOwnersAlone() throws IOException {
      try (SharedRegion region = SharedRegion.create(SMALL_BYTES)) {
        assertThat(Files.getPosixFilePermissions(linkOf(region)))
            .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      }
    }

    @Test
    void givesTheDescriptorBack() {
      SharedRegion region = SharedRegion.create(SMALL_BYTES);
      Path link = linkOf(region);
      region.close();
      assertThat(link).satisfies(path -> assertThat(targetOf(path)).doesNotContain("sluice-"));
    }

    private static String targetOf(Path link) {
      try {
        return Files.readSymbolicLink(link).toString();
      } catch (IOException closed) {
        return "";
      }
    }

    @Test
    void isMappedByAnotherProcessThroughTheDescriptor() throws Exception {
      try (SharedRegion region = SharedRegion.create(SMALL_BYTES);
          ChildJvm guest = startGuest(region, SMALL_BYTES)) {
        assertThat(guest.awaitEnd()).as(guest::toString).isZero();
        assertThat(guest.readLine()).isEqualTo("21");
        assertThat(region.segment().get(ValueLayout.JAVA_INT, 4)).isEqualTo(42);
      }
    }

    private static ChildJvm startGuest(SharedRegion region, long bytes) throws IOException {
      region.segment().set(ValueLayout.JAVA_INT, 0, 21);
      return ChildJvm.start(
          RegionGuest.class,
          "" + ProcessHandle.current().pid(),
          "" + region.fileDescriptor().getAsInt(),
          "" + bytes);
    }

    @Test
    void attachesToNothingElse() {
      long self = ProcessHandle.current().pid();
      try (SharedRegion region = SharedRegion.create(SMALL_BYTES)) {
        int descriptor = region.fileDescriptor().getAsInt();
        assertThatExceptionOfType(HeapUnavailableException.class)
            .isThrownBy(() -> SharedRegion.attach(self, descriptor, SMALL_BYTES + 1))
            .withMessageContaining("it has 1048576 bytes");
        assertThatExceptionOfType(HeapUnavailableException.class)
            .isThrownBy(() -> SharedRegion.attach(self, 0, SMALL_BYTES))
            .withMessageContaining("is not a region");
        assertThatExceptionOfType(HeapUnavailableException.class)
            .isThrownBy(() -> SharedRegion.attach(self, 1 << 20, SMALL_BYTES));
      }
    }

    @Test
    void anAttachedRegionShowsTheSameBytesAndOutlivesTheOwner() {
      SharedRegion owner = SharedRegion.create(SMALL_BYTES);
      try (SharedRegion guest =
          SharedRegion.attach(
              ProcessHandle.current().pid(), owner.fileDescriptor().getAsInt(), SMALL_BYTES)) {
        assertThat(guest.fileDescriptor()).isEmpty();
        guest.segment().set(ValueLayout.JAVA_INT, 8, 5);
        assertThat(owner.segment().get(ValueLayout.JAVA_INT, 8)).isEqualTo(5);
        owner.close();
        assertThat(guest.segment().get(ValueLayout.JAVA_INT, 8)).isEqualTo(5);
      }
    }

    @Test
    void aKilledOwnerLeavesNothingBehind() throws Exception {
      try (ChildJvm owner = ChildJvm.start(RegionOwner.class)) {
        Path link = Path.of("/proc", "" + owner.pid(), "fd", owner.readLine());
        String target = Files.readSymbolicLink(link).toString();
        assertThat(target).endsWith(" (deleted)");
        assertThat(Files.size(link)).isEqualTo(1 << 20);
        owner.kill();
        Path file = Path.of(target.replace(" (deleted)", ""));
        assertThat(file).doesNotExist();
        assertThat(listOf(file.getParent())).doesNotContain(file);
      }
    }

    @Test
    void aProcessWithARegionPrintsNoWarning() throws Exception {
      try (ChildJvm owner = ChildJvm.start(RegionOwner.class)) {
        assertThat(owner.readLine()).matches("\\d+");
        owner.finish();
        assertThat(owner.awaitEnd()).isZero();
        assertThat(owner.readLine()).isEqualTo("" + 0x07070707);
        assertThat(owner.errors()).isEmpty();
      }
    }
  }

  @Test
  void aRegionInAnotherDirectoryLeavesNothingThere() {
    try (SharedRegion region = SharedRegion.create(SMALL_BYTES, directory)) {
      region.segment().set(ValueLayout.JAVA_INT, 0, 1);
      assertThat(region.segment().get(ValueLayout.JAVA_INT, 0)).isEqualTo(1);
    }
    assertThat(directory).isEmptyDirectory();
  }
}

package io.sluice.memory;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;

/// A file without a name: open, empty, readable and writable by its owner alone.
///
/// It is made under an unpredictable name, exclusively, with mode 0600. On Unix the JDK unlinks a
/// `DELETE_ON_CLOSE` file right behind `open`, in the same native method call of the file system
/// provider: two system calls back to back. A process killed between the two leaves a file of zero
/// bytes; its length is only set later. Elsewhere the file goes when the channel is closed.
///
/// **Interrupts.** An operation on the channel by an interrupted thread closes it, and the
/// descriptor with it. So the channel is used while the region is made and never again.
///
/// @param channel owns the descriptor; to be closed by the owner of this record
/// @param descriptor its number, where `/proc` tells it
record RegionFile(FileChannel channel, OptionalInt descriptor) {
  private static final String PREFIX = "sluice-";
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final Path OWN_DESCRIPTORS = Path.of("/proc/self/fd");

  /// The shared-memory file system if there is one, else the directory for temporary files.
  static Path defaultDirectory() {
    return Files.isDirectory(SHARED_MEMORY) && Files.isWritable(SHARED_MEMORY)
        ? SHARED_MEMORY
        : Path.of(System.getProperty("java.io.tmpdir", "."));
  }

  static RegionFile create(Path directory) throws IOException {
    String name = PREFIX + UUID.randomUUID();
    FileChannel channel =
        FileChannel.open(
            directory.resolve(name),
            Set.of(CREATE_NEW, READ, WRITE, DELETE_ON_CLOSE),
            ownerOnly(directory));
    try {
      return new RegionFile(channel, descriptorOf(name));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path directory) {
    boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  /// Looks the unique name up among the links of the process's open descriptors.
  private static OptionalInt descriptorOf(String name) throws IOException {
    if (!Files.isDirectory(OWN_DESCRIPTORS)) {
      return OptionalInt.empty();
    }
    try (DirectoryStream<Path> links = Files.newDirectoryStream(OWN_DESCRIPTORS)) {
      for (Path link : links) {
        if (targetOf(link).contains(name)) {
          return OptionalInt.of(Integer.parseInt(link.getFileName().toString()));
        }
      }
    }
    return OptionalInt.empty();
  }

  /// Where the link leads; nowhere if another thread closed that descriptor meanwhile.
  private static String targetOf(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "";
    }
  }

  /// Opens the region of another process through its descriptor.
  static RegionFile openOf(long ownerPid, int descriptor) throws IOException {
    Path link = Path.of("/proc", Long.toString(ownerPid), "fd", Integer.toString(descriptor));
    String target = Files.readSymbolicLink(link).toString();
    if (!target.contains("/" + PREFIX)) {
      throw new IOException(link + " is not a region but " + target);
    }
    return new RegionFile(FileChannel.open(link, READ, WRITE), OptionalInt.empty());
  }
}

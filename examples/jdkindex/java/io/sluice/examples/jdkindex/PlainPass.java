package io.sluice.examples.jdkindex;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import reactor.core.publisher.Flux;

/// The same job as a loop on one thread, without Sluice, by other means: a stream of the file's bytes
/// instead of offsets into them.
final class PlainPass {
  private final DataInputStream in;
  private final String[] texts;
  private final int[] nameOfClass;
  private final int[] classOfMember;

  private PlainPass(byte[] classFile) throws IOException {
    in = new DataInputStream(new ByteArrayInputStream(classFile));
    in.skipNBytes(8);
    int count = in.readUnsignedShort();
    texts = new String[count];
    nameOfClass = new int[count];
    classOfMember = new int[count];
  }

  static Index index(Flux<ClassFile> files) throws IOException {
    Index index = new Index();
    for (ClassFile file : files.toIterable()) {
      index.add(new PlainPass(Files.readAllBytes(file.path())).references());
    }
    return index;
  }

  private References references() throws IOException {
    for (int entry = 1; entry < texts.length; entry++) {
      entry += readEntry(entry);
    }
    in.skipNBytes(2);
    References references = new References(texts[nameOfClass[in.readUnsignedShort()]]);
    for (int entry = 1; entry < texts.length; entry++) {
      int named = nameOfClass[entry] > 0 ? entry : classOfMember[entry];
      if (named > 0) {
        references.add(texts[nameOfClass[named]], 1);
      }
    }
    return references;
  }

  /// Returns how many places it takes beyond its own.
  private int readEntry(int entry) throws IOException {
    int tag = in.readUnsignedByte();
    switch (tag) {
      case 1 -> texts[entry] = in.readUTF();
      case 7 -> nameOfClass[entry] = in.readUnsignedShort();
      case 9, 10, 11 -> {
        classOfMember[entry] = in.readUnsignedShort();
        in.skipNBytes(2);
      }
      case 5, 6 -> in.skipNBytes(8);
      case 8, 16, 19, 20 -> in.skipNBytes(2);
      case 15 -> in.skipNBytes(3);
      default -> in.skipNBytes(4);
    }
    return tag == 5 || tag == 6 ? 1 : 0;
  }
}

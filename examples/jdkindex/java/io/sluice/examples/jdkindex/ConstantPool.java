package io.sluice.examples.jdkindex;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.task.KernelContext;
import io.sluice.task.TensorView;

/// The constant pool of a class file, read where the file lies in the heap. Its layout is that of the
/// Java Virtual Machine Specification, section 4.4:
///
/// ```
///   0  magic, versions          8  count + 1        10  entries, each with a tag first
///
///   Utf8 (1)  tag, length (2), bytes        Class (7)  tag, its name's entry (2)
///   Fieldref, Methodref, InterfaceMethodref (9 to 11)  tag, its class's entry (2), name and type (2)
/// ```
///
/// @param file the bytes of the class file
/// @param offsets where each entry begins, what [#parse] has found
record ConstantPool(TensorView file, TensorView offsets) {
  private static final int COUNT_AT = 8;
  private static final int FIRST_ENTRY_AT = 10;
  private static final int SMALLEST_ENTRY = 3;

  private static final int UTF8 = 1;
  private static final int LONG = 5;
  private static final int DOUBLE = 6;
  private static final int CLASS = 7;
  private static final int FIELD = 9;
  private static final int INTERFACE_METHOD = 11;

  /// How many entries a file of this size can have, and one more.
  static long entryLimit(long fileBytes) {
    return fileBytes / SMALLEST_ENTRY + 1;
  }

  /// The kernel that finds the entries: `IN` the file; `OUT` the offset of each entry, and of the
  /// pool's end in place of entry 0, which doesn't exist.
  static void parse(KernelContext context) {
    ConstantPool pool = new ConstantPool(context.tensor(0), context.tensor(1));
    int at = FIRST_ENTRY_AT;
    for (int entry = 1; entry < pool.count(); entry++) {
      pool.offsets.setInt(entry, at);
      int tag = pool.file.getInt(at);
      if (tag == LONG || tag == DOUBLE) {
        pool.offsets.setInt(++entry, at); // These take two places; the second one names nothing.
      }
      at += pool.entryBytes(tag, at);
    }
    pool.offsets.setInt(0, at);
  }

  /// The kernel that counts who refers to each entry that is a class, itself and members: `IN` the file,
  /// `IN` the offsets; `OUT` a count for each entry.
  static void count(KernelContext context) {
    ConstantPool pool = new ConstantPool(context.tensor(0), context.tensor(1));
    TensorView counts = context.tensor(2);
    counts.fillBytes((byte) 0);
    for (int entry = 1; entry < pool.count(); entry++) {
      int named = pool.classNamedBy(entry);
      if (named > 0) {
        counts.setInt(named, counts.getInt(named) + 1);
      }
    }
  }

  private int classNamedBy(int entry) {
    int tag = tag(entry);
    if (tag == CLASS) {
      return entry;
    }
    return tag >= FIELD && tag <= INTERFACE_METHOD ? u2(at(entry) + 1) : 0;
  }

  private int entryBytes(int tag, int at) {
    return switch (tag) {
      case UTF8 -> 3 + u2(at + 1);
      case CLASS, 8, 16, 19, 20 -> 3;
      case 15 -> 4;
      case 3, 4, FIELD, 10, INTERFACE_METHOD, 12, 17, 18 -> 5;
      case LONG, DOUBLE -> 9;
      default -> throw new IllegalStateException("no class file: tag " + tag + " at " + at);
    };
  }

  /// Of entries, and one more.
  int count() {
    return u2(COUNT_AT);
  }

  boolean isClass(int entry) {
    return tag(entry) == CLASS;
  }

  /// The name of an entry that is a class, such as `java/lang/String` or `[I`.
  String className(int entry) {
    int name = at(u2(at(entry) + 1));
    byte[] bytes = new byte[u2(name + 1)];
    file.copyTo(name + 3, bytes, 0, bytes.length);
    return new String(bytes, UTF_8);
  }

  /// The name of the class that the file declares; its entry comes behind the pool and the access flags.
  String ownName() {
    return className(u2(offsets.getInt(0) + 2));
  }

  private int tag(int entry) {
    return file.getInt(at(entry));
  }

  private int at(int entry) {
    return offsets.getInt(entry);
  }

  private int u2(int at) {
    return file.getInt(at) << 8 | file.getInt(at + 1);
  }
}

package io.sluice.examples.jdkindex;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/// The references the other way round: for each class, who refers to it. The order in which files are
/// merged makes no difference.
///
/// **Confinement.** One thread at a time, as the signals of one subscription come.
final class Index {
  private final Map<String, Postings> postings = new HashMap<>();
  private long fileCount;
  private long referenceCount;

  /// Those who refer to one class.
  private static final class Postings {
    final List<String> from = new ArrayList<>();
    long references;
  }

  /// A class, with the number of others that refer to it, and how often they do.
  record Line(String className, int classes, long references) {}

  void add(References references) {
    fileCount++;
    references.counts().forEach((to, count) -> add(references.from(), to, count));
  }

  private void add(String from, String to, int count) {
    Postings found = postings.computeIfAbsent(to, ignored -> new Postings());
    found.from.add(from);
    found.references += count;
    referenceCount += count;
  }

  long fileCount() {
    return fileCount;
  }

  int classCount() {
    return postings.size();
  }

  long referenceCount() {
    return referenceCount;
  }

  /// Who refers to this class, in the order of their names.
  List<String> referrersOf(String className) {
    Postings found = postings.get(className);
    return found == null ? List.of() : found.from.stream().sorted().toList();
  }

  /// The classes that most others refer to.
  List<Line> top(int count) {
    return postings.entrySet().stream()
        .map(e -> new Line(e.getKey(), e.getValue().from.size(), e.getValue().references))
        .sorted(Comparator.comparingInt(Line::classes).reversed().thenComparing(Line::className))
        .limit(count)
        .toList();
  }

  /// CRC-32 of all names, with who refers to them and how often.
  String checksum() {
    CRC32 crc = new CRC32();
    new TreeMap<>(postings)
        .forEach(
            (to, found) -> {
              Collections.sort(found.from);
              crc.update((to + found.from + found.references).getBytes(UTF_8));
            });
    return "%08x".formatted(crc.getValue());
  }
}

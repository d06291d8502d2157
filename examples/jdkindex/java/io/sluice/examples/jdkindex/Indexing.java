package io.sluice.examples.jdkindex;

import static io.sluice.task.DType.INT32;
import static io.sluice.task.DType.UINT8;

import io.sluice.Sluice;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The job as a graph of tasks: a stream of class files, each of them a scope.
///
/// A scope takes five times the file's size at most: the file, and a number of four bytes for each
/// entry that its constant pool could have, twice. How many files are on their way at once follows from
/// that and the heap.
final class Indexing {
  private final Sluice sluice;
  private final Flux<ClassFile> files;

  Indexing(Sluice sluice, Flux<ClassFile> files) {
    this.sluice = sluice;
    this.files = files;
  }

  /// Runs when it is subscribed to.
  Mono<Outcome> run() {
    return sluice
        .submitScoped(files.map(Indexing::tasksOf), References::read)
        .flatMapIterable(Indexing::listOf, 1)
        .collect(Index::new, Index::add)
        .zipWhen(index -> sluice.drain(), Outcome::of);
  }

  private static Flux<Task> tasksOf(ClassFile file) {
    long entryLimit = ConstantPool.entryLimit(file.byteCount());
    Tensor bytes = Tensor.named("bytes", UINT8, file.byteCount());
    Tensor offsets = Tensor.named("offsets", INT32, entryLimit);
    Tensor counts = Tensor.named("counts", INT32, entryLimit);
    return Flux.just(
        Task.fill(bytes, file::readInto).named("read " + file),
        Task.call("parse " + file, ConstantPool::parse).in(bytes).out(offsets),
        Task.call("count " + file, ConstantPool::count)
            .in(bytes, offsets)
            .out(counts)
            .yields(bytes, offsets, counts));
  }

  private static Iterable<References> listOf(Optional<References> references) {
    return references.stream().toList();
  }
}

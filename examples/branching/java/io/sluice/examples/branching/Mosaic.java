package io.sluice.examples.branching;

import static io.sluice.task.DType.FLOAT64;
import static io.sluice.task.DType.UINT8;

import io.sluice.Orchestrator;
import io.sluice.Sluice;
import io.sluice.task.KernelContext;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import io.sluice.task.TensorView;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Cuts a picture into as few square tiles as will do, each of which is as good as one colour: a tile
/// that isn't is cut in four.
///
/// Which tasks there are depends on what the tasks before have found out, so they can't be a stream that
/// is known beforehand: a program submits them one by one.
final class Mosaic {
  private static final int QUARTERS = 4;

  private final Picture picture;
  private final Tensor pixels;
  private final double tolerance;

  /// What a task says of a tile.
  ///
  /// @param mean of its pixels
  /// @param deviation of its pixels from that, the standard one
  record Measure(Tile tile, double mean, double deviation) {}

  /// @param tolerance the deviation up to which a tile is as good as one colour
  Mosaic(Picture picture, double tolerance) {
    this.picture = picture;
    this.pixels = Tensor.named("pixels", UINT8, picture.edge(), picture.edge());
    this.tolerance = tolerance;
  }

  /// The tiles, larger ones first. Together they cover the picture, each pixel once.
  Flux<Measure> tiles(Sluice sluice) {
    return sluice.run(
        program ->
            program
                .submit(Task.fill(pixels, picture::drawInto))
                .then(measure(program, new Tile(0, 0, picture.edge())))
                .expand(found -> isGoodEnough(found) ? Flux.empty() : quarters(program, found))
                .filter(this::isGoodEnough));
  }

  private boolean isGoodEnough(Measure found) {
    return found.deviation() <= tolerance || found.tile().edge() == 1;
  }

  private Flux<Measure> quarters(Orchestrator program, Measure found) {
    return Flux.fromIterable(found.tile().quarters())
        .flatMap(quarter -> measure(program, quarter), QUARTERS);
  }

  /// Each is a task that reads its part of the pixels. Its two numbers are read at once and used no more.
  private Mono<Measure> measure(Orchestrator program, Tile tile) {
    Tensor numbers = Tensor.named("mean and deviation", FLOAT64, 2);
    Task task =
        Task.call("measure", Mosaic::measure)
            .in(tile.of(pixels))
            .out(numbers)
            .yields(numbers)
            .lastUse(numbers);
    return program.submit(task, result -> measured(tile, result.view()));
  }

  private static Measure measured(Tile tile, TensorView numbers) {
    return new Measure(tile, numbers.getDouble(0), numbers.getDouble(1));
  }

  /// The kernel: `IN` a tile, `OUT` its mean and deviation.
  private static void measure(KernelContext context) {
    TensorView tile = context.tensor(0);
    long sum = 0;
    long sumOfSquares = 0;
    for (long i = 0; i < tile.elementCount(); i++) {
      int pixel = tile.getInt(i);
      sum += pixel;
      sumOfSquares += (long) pixel * pixel;
    }
    double mean = sum / (double) tile.elementCount();
    double variance = sumOfSquares / (double) tile.elementCount() - mean * mean;
    context.tensor(1).setDouble(0, mean);
    context.tensor(1).setDouble(1, Math.sqrt(Math.max(0, variance)));
  }
}

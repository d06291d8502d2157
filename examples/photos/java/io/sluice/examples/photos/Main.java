package io.sluice.examples.photos;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.observe.Trace;
import io.sluice.observe.TraceRecorder;
import io.sluice.task.TaskResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;

/// Runs a pipeline that is slower than it should be, with a trace that says why; see the README beside.
///
/// Exit codes: 0 if all is right, 1 if not, 2 for a command line that can't be followed.
public final class Main {
  private static final String USAGE =
      "usage: examples/run photos [--quick | --write FILE.ndjson]\n";
  private static final int PHOTOS = 300;
  private static final int QUICK_PHOTOS = 40;
  private static final int WORKERS = 2;

  private Main() {}

  public static void main(String[] arguments) throws IOException {
    System.exit(run(Arrays.asList(arguments)));
  }

  private static int run(List<String> arguments) throws IOException {
    if (arguments.size() == 2 && arguments.getFirst().equals("--write")) {
      write(Path.of(arguments.getLast()));
      return 0;
    }
    boolean quick = arguments.equals(List.of("--quick"));
    if (!quick && !arguments.isEmpty()) {
      System.err.print(USAGE);
      return 2;
    }
    return measure(quick ? QUICK_PHOTOS : PHOTOS) ? 0 : 1;
  }

  private static void write(Path file) throws IOException {
    Files.writeString(
        file,
        IntStream.range(0, PHOTOS)
            .mapToObj(number -> Photo.of(number).lines())
            .collect(Collectors.joining()));
  }

  private static boolean measure(int count) {
    List<Long> codes = IntStream.range(0, count).mapToObj(i -> Photo.of(i).plainCode()).toList();
    boolean right = isRight(count, 4, codes) && isRight(count, 16, codes);
    System.out.printf(
        "checked  %,d codes %s those of a plain loop%n", count, right ? "are" : "are NOT");
    return right;
  }

  private static boolean isRight(int count, int heapMebibytes, List<Long> codes) {
    try (Sluice sluice =
            Sluice.builder()
                .heap(DataSize.mebibytes(heapMebibytes))
                .threads("cpu", WORKERS)
                .build();
        TraceRecorder recorder = TraceRecorder.of(sluice)) {
      List<Long> found = codes(sluice, count);
      sluice.drain().block();
      Trace trace = recorder.trace();
      System.out.printf("heap %d MiB%n%s%n", heapMebibytes, trace.summary());
      return found.equals(codes) && trace.isWhole() && trace.tasks().size() == 3 * count;
    }
  }

  private static List<Long> codes(Sluice sluice, int count) {
    List<Photo> photos = IntStream.range(0, count).mapToObj(Photo::of).toList();
    return Objects.requireNonNull(
        sluice
            .submitScopedSequential(Flux.fromIterable(photos).map(Photo::tasks), Main::codeIn)
            .flatMapIterable(code -> code)
            .collectList()
            .block());
  }

  /// Of the three results of a photo only the last one has bytes.
  private static List<Long> codeIn(TaskResult result) {
    return result.task().name().equals("encode") ? List.of(result.view().getLong(0)) : List.of();
  }
}

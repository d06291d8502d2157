package io.sluice.examples.jdkindex;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.error.SluiceException;
import io.sluice.examples.jdkindex.Options.UsageException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Objects;
import reactor.core.publisher.Flux;

/// Indexes which class of the running JDK refers to which; see the README beside.
///
/// Exit codes: 0 if the index is right, as far as it was checked, 1 if not or if something failed, 2
/// for a command line that can't be followed.
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, System.out, System.err));
  }

  static int run(String[] arguments, PrintStream out, PrintStream err) {
    try {
      Options options = Options.parse(arguments);
      if (options.help()) {
        out.print(Options.USAGE);
        return 0;
      }
      return run(options, out, options.json() ? err : out) ? 0 : 1;
    } catch (UsageException e) {
      err.println(e.getMessage() + "\n\n" + Options.USAGE);
      return 2;
    } catch (IOException | SluiceException e) {
      err.println(e.getMessage());
      return 1;
    }
  }

  private static boolean run(Options options, PrintStream out, PrintStream text)
      throws IOException {
    Flux<ClassFile> files = ClassFile.ofModule(options.quick() ? "java.xml" : "");
    Outcome outcome = indexed(options, files);
    text.print(outcome);
    if (options.json()) {
      out.println(outcome.json());
    }
    return !options.check() || isRight(outcome.index(), files, text);
  }

  private static Outcome indexed(Options options, Flux<ClassFile> files) {
    try (Sluice sluice =
        Sluice.builder()
            .heap(DataSize.mebibytes(options.heapMebibytes()))
            .threads("cpu", options.workers())
            .build()) {
      return Objects.requireNonNull(new Indexing(sluice, files).run().block());
    }
  }

  private static boolean isRight(Index index, Flux<ClassFile> files, PrintStream text)
      throws IOException {
    long startedNs = System.nanoTime();
    boolean right = PlainPass.index(files).checksum().equals(index.checksum());
    text.printf(
        "checked  %s a plain loop on one thread, which took %.1f s%n",
        right ? "equal to the index of" : "NOT EQUAL to the index of",
        (System.nanoTime() - startedNs) / 1e9);
    return right;
  }
}

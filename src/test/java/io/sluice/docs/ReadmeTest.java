package io.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.DType;
import io.sluice.task.KernelContext;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.task.TensorView;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Runs the code that README.md shows, and holds the two together.
class ReadmeTest {
  private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern REGION =
      Pattern.compile(" *// README begin\n(.*?) *// README end\n", Pattern.DOTALL);
  private static final int PHOTOS = 200;

  // README begin
  Flux<Task> tasksOf(Photo photo) {
    Tensor rgb = Tensor.of(DType.UINT8, photo.height(), photo.width(), 3);
    Tensor gray = Tensor.of(DType.UINT8, photo.height(), photo.width());
    return Flux.just(
        Task.fill(rgb, photo::decodeInto),
        Task.call("gray", Gray::convert).in(rgb).out(gray).yields(gray));
  }

  List<byte[]> encoded(TaskResult result) {
    return result.task().yielded().stream().map(gray -> Png.encode(result.view(gray))).toList();
  }

  void convertAll(Flux<Photo> photos, Store store) {
    try (Sluice sluice = Sluice.builder().heap(DataSize.mebibytes(1)).threads("cpu", 2).build()) {
      sluice
          .submitScoped(photos.map(this::tasksOf), this::encoded)
          .concatMapIterable(list -> list, 1)
          .concatMap(store::save, 1)
          .then(sluice.drain())
          .block();
    }
  }

  // README end

  @Test
  @Timeout(60)
  void theReadmesCodeConvertsEachPhotoOnce() {
    Set<Integer> saved = Collections.synchronizedSet(new HashSet<>());
    Store store = png -> Mono.fromRunnable(() -> saved.add(png[0] & 0xff));
    convertAll(Flux.range(0, PHOTOS).map(Photo::new), store);
    assertThat(saved).hasSize(PHOTOS);
  }

  @Test
  void theReadmeShowsTheCodeThatIsRunHere() {
    String test = Pages.read(Pages.ROOT.resolve("src/test/java/io/sluice/docs/ReadmeTest.java"));
    String readme = Pages.read(Pages.ROOT.resolve("README.md"));
    assertThat(only(CODE, readme).strip())
        .isEqualTo(only(REGION, test).stripTrailing().stripIndent());
  }

  private static String only(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as("a match of %s", pattern).isTrue();
    return matcher.group(1);
  }

  /// Stands for a file with a picture in it; all of its bytes are its number.
  record Photo(int number) {
    long width() {
      return 64;
    }

    long height() {
      return 48;
    }

    void decodeInto(TensorView view) {
      view.fillBytes((byte) number);
    }
  }

  static final class Gray {
    static void convert(KernelContext context) {
      TensorView rgb = context.tensor(0);
      TensorView gray = context.tensor(1);
      for (long i = 0; i < gray.elementCount(); i++) {
        int sum = rgb.getInt(3 * i) + rgb.getInt(3 * i + 1) + rgb.getInt(3 * i + 2);
        gray.setInt(i, sum / 3);
      }
    }
  }

  static final class Png {
    static byte[] encode(TensorView gray) {
      byte[] bytes = new byte[(int) gray.elementCount()];
      gray.copyTo(0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  interface Store {
    Mono<Void> save(byte[] png);
  }
}

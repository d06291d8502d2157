package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProfileTest {

  @Test
  void aSampleBelongsToTheInnermostPart() {
    assertThat(
            Profile.innermostPart(
                List.of(
                    "java.util.ArrayList",
                    "io.sluice.task.Box",
                    "io.sluice.engine.PartIndex",
                    "io.sluice.engine.Claims",
                    "io.sluice.worker.Worker")))
        .isEqualTo("dependencies");
  }

  @Test
  void aNestedClassBelongsToTheOneAround() {
    assertThat(Profile.innermostPart(List.of("io.sluice.runtime.Outbox$Nesting")))
        .isEqualTo("the sink");
  }

  /// The benchmark's own code is the kernel, or the publisher, that called it.
  @Test
  void whatTheBenchmarkDoesBelongsToWhoCalls() {
    assertThat(
            Profile.innermostPart(
                List.of("io.sluice.bench.ChainedTasks", "io.sluice.runtime.KernelCall")))
        .isEqualTo("kernels and views");
  }

  @Test
  void whatHasNothingToDoWithSluiceIsElse() {
    assertThat(Profile.innermostPart(List.of("java.lang.Thread"))).isEqualTo("other");
  }
}

package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/// How many events fit.
class TraceSizeTest {
  private final TraceSize small = new TraceSize(48 << 20);

  @Test
  void asManyAreKeptAsFitIntoHalfOfTheMemory() {
    assertThat(small.events(null)).isEqualTo(62_914);
    assertThat(new TraceSize(Long.MAX_VALUE).events(null)).isEqualTo(TraceSize.MOST);
    assertThat(new TraceSize(100).events(null)).isEqualTo(1);
  }

  @Test
  void fewerMayBeWantedAndMoreAreRefused() {
    assertThat(small.events(7)).isEqualTo(7);
    assertThatThrownBy(() -> small.events(4_194_304))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("--events 4194304 take some 1,600 MiB, and the JVM has 48; give less")
        .hasMessageContaining("JAVA_OPTS");
  }
}

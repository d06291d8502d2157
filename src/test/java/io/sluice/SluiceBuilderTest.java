package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.config.DataSize;
import io.sluice.config.HeapPolicy;
import io.sluice.config.LeakLevel;
import io.sluice.config.PoolConfig;
import io.sluice.config.PoolConfig.Threads;
import io.sluice.config.RunOptions;
import io.sluice.engine.EngineConfig;
import io.sluice.engine.PoolLayout;
import io.sluice.error.ConfigurationException;
import io.sluice.error.HeapUnavailableException;
import io.sluice.runtime.ShellConfig;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class SluiceBuilderTest {
  private final SluiceBuilder builder = Sluice.builder();

  @Test
  void startsFromTheDefaults() {
    ShellConfig config = builder.shellConfig();
    assertThat(config.engine().heapBytes()).isEqualTo(1L << 30);
    assertThat(config.engine().heapPolicy()).isEqualTo(HeapPolicy.FIRST_FIT);
    assertThat(config.engine().allocationTimeoutNs()).isEqualTo(10_000_000_000L);
    assertThat(builder.runOptions()).isEqualTo(RunOptions.defaults());
    assertThat(config.timers()).isNull();
    assertThat(config.leaks()).isEqualTo(LeakLevel.SAMPLED);
    assertThat(config.engine().pools())
        .containsExactly(
            new PoolLayout("NEXT_LEVEL", Runtime.getRuntime().availableProcessors()),
            new PoolLayout("SUB", 1),
            new PoolLayout("LOADER", 2));
    assertThat(config.pools())
        .extracting(PoolConfig::threads)
        .containsExactly(Threads.COMPUTE, Threads.COMPUTE, Threads.BLOCKING);
  }

  @Test
  void takesEachSetting() {
    VirtualTimeScheduler timers = VirtualTimeScheduler.create();
    SluiceBuilder set =
        builder
            .heap(DataSize.kibibytes(8))
            .heapPolicy(HeapPolicy.RING)
            .allocationTimeout(Duration.ofMillis(5))
            .lookAhead(3)
            .maxInFlight(7)
            .timers(timers)
            .runs(run -> run.name("photos"))
            .leaks(LeakLevel.PARANOID);
    ShellConfig config = set.shellConfig();
    assertThat(config.engine().heapBytes()).isEqualTo(8_192);
    assertThat(config.engine().heapPolicy()).isEqualTo(HeapPolicy.RING);
    assertThat(config.engine().allocationTimeoutNs()).isEqualTo(5_000_000);
    assertThat(set.runOptions())
        .isEqualTo(RunOptions.defaults().name("photos").lookAhead(3).maxInFlight(7));
    assertThat(config.timers()).isSameAs(timers);
    assertThat(config.leaks()).isEqualTo(LeakLevel.PARANOID);
  }

  @Test
  void limitsCanBeLifted() {
    SluiceBuilder lifted = builder.noAllocationTimeout().unlimitedInFlight();
    assertThat(lifted.shellConfig().engine().allocationTimeoutNs())
        .isEqualTo(EngineConfig.NO_TIMEOUT);
    assertThat(lifted.runOptions().maxInFlightCount()).isEqualTo(Long.MAX_VALUE);
  }

  static Stream<UnaryOperator<SluiceBuilder>> changes() {
    return Stream.of(
        b -> b.heap(DataSize.mebibytes(1)),
        b -> b.heapPolicy(HeapPolicy.RING),
        b -> b.allocationTimeout(Duration.ofSeconds(1)),
        SluiceBuilder::noAllocationTimeout,
        b -> b.threads("cpu", 1),
        b -> b.blockingThreads("cpu", 1),
        b -> b.virtualThreads("cpu", 1),
        b -> b.loaders(1),
        b -> b.lookAhead(1),
        b -> b.maxInFlight(1),
        SluiceBuilder::unlimitedInFlight,
        b -> b.runs(run -> run.name("photos")),
        b -> b.timers(Schedulers.immediate()),
        b -> b.leaks(LeakLevel.OFF));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void eachMethodReturnsAnotherBuilderAndLeavesTheOldOne(UnaryOperator<SluiceBuilder> change) {
    List<Object> before = settingsOf(builder);
    assertThat(change.apply(builder)).isNotSameAs(builder);
    assertThat(settingsOf(change.apply(builder))).isNotEqualTo(before);
    assertThat(settingsOf(builder)).isEqualTo(before);
  }

  private static List<Object> settingsOf(SluiceBuilder builder) {
    return List.of(builder.shellConfig(), builder.runOptions());
  }

  @Test
  void poolsComeInTheOrderInWhichTheyWereAdded() {
    ShellConfig config =
        builder.threads("cpu", 2).blockingThreads("io", 3).virtualThreads("many", 4).shellConfig();
    assertThat(config.engine().pools())
        .startsWith(new PoolLayout("cpu", 2), new PoolLayout("io", 3), new PoolLayout("many", 4))
        .hasSize(6);
    assertThat(config.pools())
        .extracting(PoolConfig::threads)
        .startsWith(Threads.COMPUTE, Threads.BLOCKING, Threads.VIRTUAL);
  }

  @Test
  void aPoolTakesThePlaceOfTheOneWithItsName() {
    ShellConfig config =
        builder.threads("a", 1).threads("b", 2).virtualThreads("a", 3).shellConfig();
    assertThat(config.engine().pools())
        .startsWith(new PoolLayout("a", 3), new PoolLayout("b", 2))
        .hasSize(5);
    assertThat(config.pools())
        .extracting(PoolConfig::threads)
        .startsWith(Threads.VIRTUAL, Threads.COMPUTE);
    assertThat(defaultPool(builder.threads("a", 1).threads("b", 2).threads("a", 3))).isEqualTo("a");
  }

  @Test
  void loadersAreAPoolLikeOthers() {
    assertThat(builder.loaders(5).shellConfig().engine().pools())
        .contains(new PoolLayout("LOADER", 5))
        .hasSize(3);
  }

  @Test
  void tasksWithoutAPoolGoToTheFirstThatIsNotForSideWork() {
    assertThat(defaultPool(builder)).isEqualTo("NEXT_LEVEL");
    assertThat(defaultPool(builder.threads("cpu", 1).threads("gpu", 1))).isEqualTo("cpu");
    assertThat(defaultPool(builder.loaders(1).threads("SUB", 2))).isEqualTo("NEXT_LEVEL");
    assertThat(defaultPool(builder.loaders(1).threads("SUB", 2).threads("cpu", 1)))
        .isEqualTo("cpu");
    assertThat(defaultPool(builder.threads("NEXT_LEVEL", 1).threads("cpu", 1)))
        .isEqualTo("NEXT_LEVEL");
  }

  private static String defaultPool(SluiceBuilder of) {
    EngineConfig engine = of.shellConfig().engine();
    return engine.pools().get(engine.defaultPool()).name();
  }

  @Test
  void badValuesAreRefusedWhereTheyAreGiven() {
    assertRefused("heap.capacityBytes", () -> builder.heap(DataSize.bytes(1_000)));
    assertRefused("heap.capacityBytes", () -> builder.heap(DataSize.bytes(0)));
    assertRefused("heap.allocationTimeout", () -> builder.allocationTimeout(Duration.ZERO));
    assertRefused("pool.name", () -> builder.threads(" ", 1));
    assertRefused("pool.name", () -> builder.blockingThreads("", 1));
    assertRefused("pool.workerCount", () -> builder.threads("cpu", 0));
    assertRefused("pool.workerCount", () -> builder.virtualThreads("cpu", 4_097));
    assertRefused("pool.workerCount", () -> builder.loaders(-1));
    assertRefused("run.lookAheadCount", () -> builder.lookAhead(0));
    assertRefused("run.maxInFlightCount", () -> builder.maxInFlight(0));
  }

  @Test
  void nullIsRefusedLikeAnyBadValue() {
    assertRefused("heap.capacityBytes", () -> builder.heap(null));
    assertRefused("heap.policy", () -> builder.heapPolicy(null));
    assertRefused("heap.allocationTimeout", () -> builder.allocationTimeout(null));
    assertRefused("pool.name", () -> builder.threads(null, 1));
    assertRefused("timers", () -> builder.timers(null));
  }

  private static void assertRefused(String key, ThrowingCallable call) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(call)
        .returns(key, ConfigurationException::key)
        .withMessageStartingWith(key + " must ")
        .withMessageMatching(".*, was .*; .*");
  }

  @Test
  void aHeapThatTheSystemCantGiveIsAnErrorWithBothNumbersAndTheKnob() {
    assertThatExceptionOfType(HeapUnavailableException.class)
        .isThrownBy(() -> builder.heap(DataSize.gibibytes(1 << 20)).build())
        .withMessageContaining("1,125,899,906,842,624 bytes")
        .withMessageContaining("free")
        .withMessageContaining("Sluice.builder().heap(...)")
        .returns(1L << 50, HeapUnavailableException::neededBytes)
        .matches(error -> error.freeBytes().isPresent());
  }
}

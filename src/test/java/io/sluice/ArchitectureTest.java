package io.sluice;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.VarHandle;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The house rules on packages: which arrows are allowed, and what the core never sees.
class ArchitectureTest {

  private static final String[] VOCABULARY = {"task", "config", "error"};

  private static final JavaClasses LIBRARY =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.sluice");

  @Test
  void packagesAreFreeOfCycles() {
    check(slices().assignedFrom(eachPackage()).should().beFreeOfCycles());
  }

  /// A package may also use itself, the packages below it and the vocabulary; `.` is the front door.
  @ParameterizedTest(name = "{0} uses nothing but {1}")
  @CsvSource({
    "task,    ''",
    "config,  ''",
    "error,   ''",
    "engine,  ''",
    "memory,  ''",
    "worker,  memory",
    "runtime, engine worker memory",
    "'',      runtime engine worker memory",
    "ndjson,  .",
    "gateway, . ndjson observe",
    "test,    . runtime worker",
    "observe, .",
    "cli,     . ndjson gateway observe"
  })
  void arrowsPointDownwards(String from, String to) {
    check(
        classes()
            .that()
            .resideInAPackage(from.isEmpty() ? "io.sluice" : within(from))
            .should()
            .onlyDependOnClassesThat(
                resideOutsideOfPackage("io.sluice..").or(resideInAnyPackage(allowed(from, to)))));
  }

  @Test
  void theCoreKnowsNoReactorNoThreadsNoClockAndNoMemory() {
    check(
        noClasses()
            .that()
            .resideInAPackage(within("engine"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "reactor..",
                "org.reactivestreams..",
                "org.slf4j..",
                "java.lang.foreign..",
                "java.util.concurrent..",
                "java.io..",
                "java.nio..",
                "java.net.."));
    check(
        noClasses()
            .that()
            .resideInAPackage(within("engine"))
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Thread.class, Runtime.class, ProcessHandle.class, VarHandle.class)
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis"));
  }

  /// What needs `--enable-native-access`, or prints a warning without it.
  @Test
  void onlySystemCallsAreNative() {
    check(
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.sluice.worker.process.SystemCalls")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Linker.class, SymbolLookup.class)
            .orShould()
            .callMethodWhere(target(nameMatching("reinterpret|loadLibrary"))));
  }

  @Test
  void theCoreDrawsNoLots() {
    check(
        noClasses()
            .that()
            .resideInAPackage(within("engine"))
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Random.class, SplittableRandom.class, RandomGenerator.class)
            .orShould()
            .callMethod(Math.class, "random"));
  }

  @Test
  void nothingBlocksOnAPublisher() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(within("cli"))
            .should()
            .callMethodWhere(
                target(owner(nameMatching("reactor\\.core\\.publisher\\.(Mono|Flux)")))
                    .and(
                        target(
                            nameMatching(
                                "block|block(First|Last|Optional)|toIterable|toStream")))));
  }

  @Test
  void theTestKitNeedsNoTestFramework() {
    check(
        noClasses()
            .that()
            .resideInAPackage(within("test"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.junit..", "org.assertj..", "reactor.test.."));
  }

  @Test
  void eachPackageIsNullMarked() {
    LIBRARY.stream()
        .map(JavaClass::getPackage)
        .distinct()
        .filter(each -> each.getClasses().stream().anyMatch(LIBRARY::contains))
        .forEach(
            each ->
                assertThat(each.isAnnotatedWith(NullMarked.class))
                    .as("%s is @NullMarked", each.getName())
                    .isTrue());
  }

  /// Packages are written one after another: a rule may find none of its classes yet.
  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(LIBRARY);
  }

  private static String[] allowed(String from, String to) {
    Stream<String> named = Stream.concat(Stream.of(VOCABULARY), Stream.of(to.split(" ")));
    return Stream.concat(
            named.filter(name -> !name.isEmpty()).map(ArchitectureTest::within),
            Stream.of(from.isEmpty() ? "io.sluice" : within(from)))
        .toArray(String[]::new);
  }

  private static String within(String name) {
    return name.equals(".") ? "io.sluice" : "io.sluice." + name + "..";
  }

  private static SliceAssignment eachPackage() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return SliceIdentifier.of(type.getPackageName());
      }

      @Override
      public String getDescription() {
        return "each package";
      }
    };
  }
}

package io.sluice.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/// The TCK skips an optional test that fails. Here a skip fails, unless it was foreseen, and so does a
/// foreseen one that passes. What the TCK itself can't test, it skips under a name of its own.
public final class ExplainedSkips implements AfterTestExecutionCallback {
  private final Supplier<List<Skip>> foreseen;

  /// The TCK's words for a test that wants more elements than the publisher can have.
  private static final String OUT_OF_REACH = "required elements nr";

  /// @param foreseen asked for behind each test
  public ExplainedSkips(Supplier<List<Skip>> foreseen) {
    this.foreseen = foreseen;
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    String test = context.getRequiredTestMethod().getName();
    Throwable outcome = context.getExecutionException().orElse(null);
    if (isOfInterest(test, outcome)) {
      assertThat(outcome != null)
          .as("whether %s is skipped; docs/conformance.md says which are, and why", test)
          .isEqualTo(foreseen.get().stream().anyMatch(skip -> skip.tests().contains(test)));
    }
  }

  private static boolean isOfInterest(String test, @Nullable Throwable outcome) {
    return !test.startsWith("untested_")
        && (outcome == null
            || (outcome instanceof TestAbortedException
                && !String.valueOf(outcome.getMessage()).contains(OUT_OF_REACH)));
  }
}

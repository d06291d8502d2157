package io.sluice.blockhound;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingMethod;
import reactor.blockhound.BlockingOperationError;

/// Runs tests under BlockHound; registered by the build's execution for it, and by nothing else, since
/// what it changes in the JDK stays for the process. A test fails if a thread that must not block has,
/// whoever caught the error.
public final class Hound implements BeforeAllCallback, AfterEachCallback {
  private static final ConcurrentLinkedQueue<BlockingOperationError> CAUGHT =
      new ConcurrentLinkedQueue<>();

  static {
    BlockHound.builder()
        .loadIntegrations()
        // What tests wait for by hand, in kernels and publishers.
        .allowBlockingCallsInside("io.sluice.ManualKernels", "run")
        .allowBlockingCallsInside("io.sluice.Await", "until")
        .allowBlockingCallsInside("io.sluice.Await", "reached")
        .allowBlockingCallsInside("io.sluice.Await", "spins")
        .allowBlockingCallsInside("io.sluice.CancelPolicyTest", "awaitRelease")
        .blockingMethodCallback(Hound::caught)
        .install();
  }

  private static void caught(BlockingMethod method) {
    BlockingOperationError error = new BlockingOperationError(method);
    CAUGHT.add(error);
    throw error;
  }

  /// Takes what was caught so far.
  static List<BlockingOperationError> take() {
    List<BlockingOperationError> taken = new ArrayList<>();
    for (var error = CAUGHT.poll(); error != null; error = CAUGHT.poll()) {
      taken.add(error);
    }
    return taken;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    // what it needs is in the static initialiser
  }

  @Override
  public void afterEach(ExtensionContext context) {
    List<BlockingOperationError> caught = take();
    if (!caught.isEmpty()) {
      throw caught.getFirst();
    }
  }
}

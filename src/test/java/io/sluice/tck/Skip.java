package io.sluice.tck;

import java.util.Set;

/// Why tests are skipped for a publisher; told to users in `docs/conformance.md`.
public enum Skip {
  /// Its elements are objects of one subscription, and equal to no others.
  EQUAL_ELEMENTS,

  /// It fails only with the runtime.
  FAILURE;

  private static final String SAME_ELEMENTS =
      "optional_spec111_multicast_"
          + "mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequesting";

  Set<String> tests() {
    return switch (this) {
      case EQUAL_ELEMENTS ->
          Set.of(
              SAME_ELEMENTS + "OneByOne",
              SAME_ELEMENTS + "ManyUpfront",
              SAME_ELEMENTS + "ManyUpfrontAndCompleteAsExpected");
      case FAILURE ->
          Set.of(
              "optional_spec104_mustSignalOnErrorWhenFails",
              "required_spec109_mayRejectCallsToSubscribeIfPublisherIsUnableOrUnwillingToServe"
                  + "ThemRejectionMustTriggerOnErrorAfterOnSubscribe");
    };
  }
}

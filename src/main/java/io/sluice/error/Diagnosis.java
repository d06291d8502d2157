package io.sluice.error;

/// Why something does not move, in numbers and in one sentence.
///
/// @param reason what kind of thing stands in the way
/// @param neededBytes bytes that the oldest waiting claim asks for, 0 where bytes are not the matter
/// @param freeBytes free bytes of the heap
/// @param largestFreeRunBytes the largest claim that the heap could serve now
/// @param holder who holds what is waited for, in words
/// @param knob what to change, in words
/// @param sentence all of it as one sentence for a person
public record Diagnosis(
    Reason reason,
    long neededBytes,
    long freeBytes,
    long largestFreeRunBytes,
    String holder,
    String knob,
    String sentence) {

  /// What kind of thing stands in the way.
  public enum Reason {
    /// Nothing waits.
    NOTHING_WAITS,
    /// Things move; what waits will be served as they do.
    MOVING,
    /// Too few free bytes.
    HEAP_FULL,
    /// Enough free bytes, but no run of them is long enough.
    FRAGMENTED,
    /// The heap limit of its own run leaves too little.
    RUN_LIMIT,
    /// Bytes are kept for another claim that waited longer.
    RESERVED,
    /// The run's limit of tasks in flight is reached.
    MAX_IN_FLIGHT,
    /// Ready tasks have no idle worker.
    NO_IDLE_WORKER,
    /// Admitted tasks wait for earlier ones.
    WAITING_FOR_PRODUCER,
    /// Results of a sequential run wait for those of earlier tasks.
    OUT_OF_TURN,
    /// Tasks that failed wait to be tried again.
    WAITING_FOR_RETRY,
    /// Results wait for demand of their subscriber.
    SUBSCRIBER_SLOW,
    /// A subscriber, a reader or a program does not return from its call, and holds the thread that
    /// calls it.
    SUBSCRIBER_BLOCKS,
    /// Open results hold the bytes.
    RESULT_HELD,
    /// A source has not ended and sends nothing.
    SOURCE_IDLE,
    /// A kernel has been running for longer than the allocation timeout, or was given up and has not
    /// returned.
    KERNEL_RUNNING,
    /// A drain waits for what the sentence names.
    DRAIN_WAITS_FOR
  }
}

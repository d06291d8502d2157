package io.sluice.task;

/// A tensor, or a slice of one, with the access that a task member has to it.
public record Argument(TensorRef ref, Access access) {}

package io.sluice.observe;

/// A figure at one moment.
///
/// @param atNs when
/// @param value bytes, or tasks
public record Sample(long atNs, long value) {}

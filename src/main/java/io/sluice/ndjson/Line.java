package io.sluice.ndjson;

/// A line of text, without its end.
///
/// @param number its place, from 1; blank lines count
/// @param bytes UTF-8; not copied
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record Line(long number, byte[] bytes) {}

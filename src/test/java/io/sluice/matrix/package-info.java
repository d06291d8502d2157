/// Conformance as a matrix: every way of running, every signal, every place to cancel at, every
/// subscriber, publisher and operator that misbehaves, and one check behind each that nothing is left.
package io.sluice.matrix;

/// A seeded simulator of the world around the engine.
///
/// It plays publishers, subscribers, programs, workers, users and the clock, picks every
/// interleaving from one seed, and checks the laws after each step: those on bytes against a serial
/// interpreter, those on waiting against a naive oracle.
package io.sluice.sim;

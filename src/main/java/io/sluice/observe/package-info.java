/// For those who watch a runtime: progress, meters, traces and recordings of what its events tell.
///
/// API. Nothing of the library depends on it. The classes for Micrometer need `micrometer-core` on the class
/// path; all others need nothing but the JDK and Reactor.
@NullMarked
package io.sluice.observe;

import org.jspecify.annotations.NullMarked;

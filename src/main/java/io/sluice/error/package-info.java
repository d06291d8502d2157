/// The ways in which Sluice fails. **API.**
///
/// One sealed family of exceptions. Each carries its numbers as fields, names the knob to turn, or
/// says that it is a bug.
@NullMarked
package io.sluice.error;

import org.jspecify.annotations.NullMarked;

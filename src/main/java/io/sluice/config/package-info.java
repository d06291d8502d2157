/// Settings: immutable records, each with its constructor as the only gate. **API.**
///
/// A record that exists is valid. Units are part of the names, and a refused value is answered with
/// the key, the rule, the value and the remedy.
@NullMarked
package io.sluice.config;

import org.jspecify.annotations.NullMarked;

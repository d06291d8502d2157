/// Tasks as text, one JSON object a line: read into a run, and its outcomes written.
///
/// Public API. It needs Jackson (`jackson-databind`), which is an optional dependency of the library.
/// The format is that of `docs/gateway.md`. The gateway and the command line read and write by this
/// package; nothing of the core knows it.
@NullMarked
package io.sluice.ndjson;

import org.jspecify.annotations.NullMarked;

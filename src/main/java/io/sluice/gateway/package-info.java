/// A runtime over HTTP: runs, tensors, events, figures. **Public API** is [io.sluice.gateway.Gateway]
/// with its options.
///
/// It needs Reactor Netty (`reactor-netty-http`) and Jackson (`jackson-databind`), which are optional
/// dependencies of the library. Nothing of the core knows it. `docs/gateway.md` has the interface.
@NullMarked
package io.sluice.gateway;

import org.jspecify.annotations.NullMarked;

/// The command line, `sluice`.
///
/// Internal: what is kept stable is the commands, described in `docs/command-line.md`. It needs picocli,
/// Jackson and Micrometer, which are optional dependencies of the library; `target/sluice-cli.jar` has them.
@NullMarked
package io.sluice.cli;

import org.jspecify.annotations.NullMarked;

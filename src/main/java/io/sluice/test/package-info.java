/// For tests of pipelines that run on Sluice: kernels that end by the test's hand, time that passes by
/// its hand, and any number of schedules of one pipeline.
///
/// Public API. It needs no test framework: what it finds wrong is an `AssertionError` that says so in
/// a sentence. The runtime itself never uses this package.
///
/// | to | use |
/// | --- | --- |
/// | decide in which order kernels end, and how | [io.sluice.test.TestSluice], [io.sluice.test.ManualWorkers] |
/// | let time pass | [io.sluice.test.VirtualTime] |
/// | look at demand | [io.sluice.test.DemandProbe], [io.sluice.test.ManualPublisher] |
/// | look at the heap | [io.sluice.test.HeapProbe] |
/// | run a pipeline under a thousand schedules | [io.sluice.test.Schedules] |
@NullMarked
package io.sluice.test;

import org.jspecify.annotations.NullMarked;

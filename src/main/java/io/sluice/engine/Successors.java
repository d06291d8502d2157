package io.sluice.engine;

/// Who waits for a node: a single other one, or the newest of a list. Most are waited for by one.
sealed interface Successors permits Node, Edge {}

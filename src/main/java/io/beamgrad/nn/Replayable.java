package io.beamgrad.nn;

/**
 * Marks a module or a loss of this package whose Java code runs the same operations in each step of
 * a training: what it does depends on shapes, its final settings and the training mode, and every
 * number that changes is read inside of an operation. Only final classes have this mark, so that no
 * subclass inherits it.
 */
interface Replayable {}

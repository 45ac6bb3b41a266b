package io.beamgrad.nn;

/** A module without parameters, children and modes: its output depends on the input alone. */
abstract class StatelessModule extends Module implements Replayable {}

/**
 * The exceptions that end in one line for a person. They know nothing of the rest. Start with
 * {@link io.beamgrad.failure.WrongInputException}.
 */
package io.beamgrad.failure;

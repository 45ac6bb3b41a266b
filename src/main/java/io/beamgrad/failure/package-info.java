/**
 * The exceptions that end in one line for a person and an exit code, and what any other throwable
 * means. They know nothing of the rest. Start with {@link io.beamgrad.failure.Failure}.
 */
package io.beamgrad.failure;

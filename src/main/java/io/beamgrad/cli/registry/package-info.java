/**
 * The commands of {@code beamgrad registry}. Start with {@link
 * io.beamgrad.cli.registry.RegistryCommand}.
 */
package io.beamgrad.cli.registry;

/**
 * Versions of a model on disk: history, lock, lease and the one exclusive step that each decision
 * is. It stores and decides nothing by itself. Start with {@link
 * io.beamgrad.registry.ModelRegistry}.
 */
package io.beamgrad.registry;

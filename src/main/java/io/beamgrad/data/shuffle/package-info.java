/**
 * From rows to blocks on storage in one random order with ranks, and back to rows through a cache.
 * Start with {@link io.beamgrad.data.shuffle.BlockStore}.
 */
package io.beamgrad.data.shuffle;

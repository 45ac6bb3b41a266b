/**
 * Writes rows to storage as blocks in one random order, ranks the blocks, and reads them back
 * through a cache. Start with {@link io.beamgrad.data.shuffle.BlockStore}.
 */
package io.beamgrad.data.shuffle;

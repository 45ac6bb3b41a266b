package io.beamgrad.data.files;

import java.time.Instant;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A file as a listing has it.
 *
 * @param bytes its size
 * @param modified when it was last changed
 * @param tag what an object store gives each content anew, such as S3's ETag; null where there is
 *     none
 */
public record StoredFile(long bytes, Instant modified, @Nullable String tag) {}

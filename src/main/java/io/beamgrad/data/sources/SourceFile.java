package io.beamgrad.data.sources;

import io.beamgrad.data.formats.FileIdentity;
import io.beamgrad.schema.Split;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One file of the data, as a fingerprint needs it.
 *
 * @param split as a FileRange has it
 * @param identity see {@link FileIdentity}; the labels of an IDX pair have their own
 * @param fileBytes the size on disk
 * @param dataBytes the size of the data unpacked; of a gzip CSV file an estimate
 * @param modifiedMillis when it was last changed, milliseconds since 1970
 * @param tag what an object store gives each content anew; null on a disk
 */
public record SourceFile(
    Split split,
    String identity,
    long fileBytes,
    long dataBytes,
    long modifiedMillis,
    @Nullable String tag) {}

package io.beamgrad.data.sources;

import io.beamgrad.data.formats.FileIdentity;
import io.beamgrad.schema.Split;
import java.nio.file.Path;

/**
 * One file of the data, as a fingerprint needs it.
 *
 * @param split as a FileRange has it
 * @param identity see {@link FileIdentity}; the labels of an IDX pair have their own
 * @param fileBytes the size on disk
 * @param dataBytes the size of the data unpacked; of a gzip CSV file an estimate
 * @param modifiedMillis when it was last changed, milliseconds since 1970
 */
public record SourceFile(
    Split split, String identity, Path path, long fileBytes, long dataBytes, long modifiedMillis) {}

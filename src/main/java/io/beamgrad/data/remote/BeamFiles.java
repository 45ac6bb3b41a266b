package io.beamgrad.data.remote;

import io.beamgrad.data.files.RemoteFiles;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.files.StoredFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.ResourceId;

/**
 * Files on whatever Beam's file systems reach. On HDFS a file is written aside and renamed, on an
 * object store it is put in one piece. (Where Beam renames over a file of HDFS there is none for a
 * moment.)
 */
public final class BeamFiles implements RemoteFiles {
  private static final Set<String> OBJECT_STORES = Set.of("s3", "gs");

  @Override
  public void write(String path, Storage.Body body) throws IOException {
    // Closing a channel publishes what is in it, so all of it is made before one is opened.
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    body.writeTo(whole);
    if (isObjectStore(path)) {
      create(path, whole);
    } else {
      String aside = Storage.aside(path);
      create(aside, whole);
      FileSystems.rename(List.of(resource(aside)), List.of(resource(path)));
    }
  }

  private static void create(String path, ByteArrayOutputStream content) throws IOException {
    try (OutputStream out =
        Channels.newOutputStream(FileSystems.create(resource(path), "application/octet-stream"))) {
      content.writeTo(out);
    }
  }

  @Override
  public SeekableByteChannel open(String path) throws IOException {
    BeamModule.require(path);
    return (SeekableByteChannel)
        FileSystems.open(FileSystems.matchSingleFileSpec(path).resourceId());
  }

  @Override
  public SortedMap<String, Long> sizes(String folder) throws IOException {
    SortedMap<String, Long> found = new TreeMap<>();
    for (MatchResult.Metadata file : match(folder + "/*")) {
      found.put(file.resourceId().getFilename(), file.sizeBytes());
    }
    return found;
  }

  @Override
  public SortedMap<String, StoredFile> tree(String folder) throws IOException {
    String root = text(folder.replaceFirst("/+$", "")) + "/";
    SortedMap<String, StoredFile> found = new TreeMap<>();
    for (MatchResult.Metadata file : match(folder.replaceFirst("/+$", "") + "/**")) {
      String path = text(file.resourceId().toString());
      if (!path.endsWith("/")) { // some stores have an empty object for a folder
        found.put(path.substring(root.length()), stored(file));
      }
    }
    return found;
  }

  /** As it was written: HDFS gives paths as parts of a URI. */
  private static String text(String path) {
    return isObjectStore(path)
        ? path
        : URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Override
  public Optional<StoredFile> find(String path) throws IOException {
    return match(path).stream().findFirst().map(BeamFiles::stored);
  }

  private static StoredFile stored(MatchResult.Metadata file) {
    return new StoredFile(
        file.sizeBytes(), Instant.ofEpochMilli(file.lastModifiedMillis()), file.checksum());
  }

  @Override
  public boolean exists(String path) throws IOException {
    return !match(path).isEmpty();
  }

  @Override
  public String version(String path) throws IOException {
    MatchResult.Metadata file = FileSystems.matchSingleFileSpec(path);
    return file.sizeBytes() + " " + file.lastModifiedMillis();
  }

  @Override
  public boolean isEmptyFolder(String folder) throws IOException {
    return match(folder + "/*").isEmpty() && match(folder + "/**").isEmpty();
  }

  @Override
  public void delete(String path) throws IOException {
    if (isObjectStore(path)) {
      FileSystems.delete(resources(match(path)));
      FileSystems.delete(resources(match(path + "/**")));
    } else {
      deleteTree(path);
    }
  }

  /** Where folders are of their own, the last to go; Beam does not tell them from files. */
  private static void deleteTree(String path) throws IOException {
    for (MatchResult.Metadata child : match(path + "/*")) {
      deleteTree(path + "/" + child.resourceId().getFilename());
    }
    FileSystems.delete(resources(match(path)));
  }

  private static List<MatchResult.Metadata> match(String pattern) throws IOException {
    BeamModule.require(pattern);
    return FileSystems.match(pattern, EmptyMatchTreatment.ALLOW).metadata();
  }

  private static List<ResourceId> resources(List<MatchResult.Metadata> found) {
    return found.stream().map(MatchResult.Metadata::resourceId).toList();
  }

  private static ResourceId resource(String path) {
    BeamModule.require(path);
    return FileSystems.matchNewResource(isObjectStore(path) ? path : uri(path), false);
  }

  /** HDFS takes the path of a new file as part of a URI, where that of a pattern is plain text. */
  private static String uri(String path) {
    int scheme = path.indexOf("://");
    int root = path.indexOf('/', scheme + 3);
    try {
      return new URI(
              path.substring(0, scheme),
              path.substring(scheme + 3, root),
              path.substring(root),
              null,
              null)
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static boolean isObjectStore(String path) {
    return OBJECT_STORES.contains(path.substring(0, path.indexOf(':')));
  }
}

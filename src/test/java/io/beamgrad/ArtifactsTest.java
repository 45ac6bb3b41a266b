package io.beamgrad;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** What the poms say of the three artifacts. {@code ConsumerIT} uses the artifacts themselves. */
class ArtifactsTest {
  private static final Path POM = Path.of("pom.xml");
  private static final XPath XPATH = XPathFactory.newInstance().newXPath();

  /** Each of these, and what it needs, is on the class path of every program with beamgrad. */
  private static final Set<String> LIBRARIES =
      Set.of(
          "beam-sdks-java-core",
          "beam-sdks-java-extensions-avro",
          "beam-runners-direct-java",
          "beam-runners-flink-1.19",
          "flink-clients",
          "avro",
          "jackson-databind",
          "jackson-dataformat-yaml",
          "fastcsv",
          "aircompressor",
          "dec", // Brotli
          "commons-compress",
          "parquet-column",
          "parquet-format-structures",
          "slf4j-api");

  @Test
  void aConsumerOfBeamgradGetsTheseLibrariesAlone() throws Exception {
    List<String> found =
        texts(
            POM,
            "/project/dependencies/dependency[not(optional) and not(scope='test')]/artifactId");
    assertEquals(LIBRARIES, new HashSet<>(found));
  }

  /** A consumer does not get them: Maven leaves them out where it reads a dependency's pom. */
  @Test
  void noVersionOfALibraryIsOnlyManaged() throws Exception {
    assertEquals(List.of(), texts(POM, "//dependencyManagement"));
  }

  @Test
  void theArtifactsOfTheirOwnNeedNothing() throws Exception {
    for (String name : List.of("beamgrad-core", "beamgrad-model")) {
      Path pom = Path.of("src/main/poms", name + ".xml");
      assertEquals(List.of(name), texts(pom, "/project/artifactId"));
      assertEquals(List.of("${project.version}"), texts(pom, "/project/version"));
      assertEquals(List.of(), texts(pom, "//dependency"));
      assertEquals(List.of(), texts(pom, "//parent"));
      assertEquals(texts(POM, "//license/name"), texts(pom, "//license/name"));
    }
  }

  @Test
  void thePackagesOfEachArtifactAreThoseOfThePackageOrder() throws Exception {
    assertEquals(PackageOrderTest.CORE, packages("core.packages"));
    assertEquals(PackageOrderTest.MODEL_JAR, packages("model.packages"));
    Set<String> documented = new HashSet<>(PackageOrderTest.MODEL_JAR);
    documented.addAll(PackageOrderTest.PUBLIC);
    assertEquals(documented, packages("public.packages"));
  }

  /** The packages that a property of the pom lists, by itself or by another property in it. */
  private static Set<String> packages(String property) throws Exception {
    Set<String> packages = new HashSet<>();
    for (String pattern : texts(POM, "/project/properties/" + property).get(0).split(",")) {
      if (pattern.startsWith("${")) {
        packages.addAll(packages(pattern.substring(2, pattern.length() - 1)));
      } else {
        packages.add(pattern.replaceAll("^io/beamgrad/|/\\*\\*$", "").replace('/', '.'));
      }
    }
    return packages;
  }

  private static List<String> texts(Path file, String path) throws Exception {
    Document document;
    try (var in = Files.newInputStream(file)) {
      document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
    }
    NodeList nodes = (NodeList) XPATH.evaluate(path, document, XPathConstants.NODESET);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent().strip());
    }
    return texts;
  }
}

package io.beamgrad.spec;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.schema.EnsembleMember;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The members of an ensemble as text for a person, and as JSON. */
public final class MemberText {
  private MemberText() {}

  /** A line for each, such as {@code member 3 SHA-256 ..., epoch 12 of 20 kept}. */
  public static List<String> lines(List<EnsembleMember> members) {
    List<String> lines = new ArrayList<>();
    for (EnsembleMember member : members) {
      lines.add(
          String.format(
              Locale.ROOT,
              "member %d  SHA-256 %s, epoch %,d of %,d kept",
              lines.size(),
              member.getWeightsSha256(),
              member.getKeptEpoch(),
              member.getEpochs()));
    }
    return lines;
  }

  /** An object for each. */
  public static ArrayNode tree(List<EnsembleMember> members) {
    ArrayNode tree = new ObjectMapper().createArrayNode();
    for (EnsembleMember member : members) {
      ObjectNode node = tree.addObject();
      node.put("weightsSha256", member.getWeightsSha256());
      node.put("epochs", member.getEpochs());
      node.put("keptEpoch", member.getKeptEpoch());
    }
    return tree;
  }
}

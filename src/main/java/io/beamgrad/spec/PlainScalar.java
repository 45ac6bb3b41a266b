package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.Serial;

/**
 * Scalars of YAML without quotes that YAML takes for numbers or booleans, such as {@code 2026},
 * {@code 1.10} and {@code no}: where a key takes a name, they are the text that was written.
 */
final class PlainScalar {

  /** A node that is written otherwise than its value is. */
  private interface Written {
    String written();
  }

  private PlainScalar() {}

  /**
   * The node of a scalar. A whole number with a leading zero is text, as it is a code or a slip;
   * YAML would read it in octal.
   *
   * @param node as YAML has it
   * @param written the characters in the file
   */
  static JsonNode of(JsonNode node, String written) {
    if (node.isIntegralNumber() && written.matches("[-+]?0[0-9_]+")) {
      return TextNode.valueOf(written);
    }
    if (!(node.isNumber() || node.isBoolean()) || node.asText().equals(written)) {
      return node;
    }
    if (node.isBoolean()) {
      return new WrittenBoolean(node.booleanValue(), written);
    }
    if (node.isIntegralNumber()) {
      return node.canConvertToLong() ? new WrittenLong(node.longValue(), written) : node;
    }
    return new WrittenDouble(node.doubleValue(), written);
  }

  /** Whether a node is text, or a number or boolean that may be the name that was written. */
  static boolean isName(JsonNode node) {
    return node.isTextual() ? !node.textValue().isEmpty() : node.isNumber() || node.isBoolean();
  }

  /** A name as text; other nodes as they are. */
  static JsonNode name(JsonNode node) {
    if (node instanceof Written scalar) {
      return TextNode.valueOf(scalar.written());
    }
    return isName(node) ? TextNode.valueOf(node.asText()) : node;
  }

  private static final class WrittenBoolean extends BooleanNode implements Written {
    @Serial private static final long serialVersionUID = 1L;
    private final String written;

    WrittenBoolean(boolean value, String written) {
      super(value);
      this.written = written;
    }

    @Override
    public String written() {
      return written;
    }
  }

  private static final class WrittenLong extends LongNode implements Written {
    @Serial private static final long serialVersionUID = 1L;
    private final String written;

    WrittenLong(long value, String written) {
      super(value);
      this.written = written;
    }

    @Override
    public String written() {
      return written;
    }
  }

  private static final class WrittenDouble extends DoubleNode implements Written {
    @Serial private static final long serialVersionUID = 1L;
    private final String written;

    WrittenDouble(double value, String written) {
      super(value);
      this.written = written;
    }

    @Override
    public String written() {
      return written;
    }
  }
}

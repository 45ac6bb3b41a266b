package io.beamgrad.data.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NestedValuesTest {
  private final Map<String, Object> record = new HashMap<>();

  NestedValuesTest() {
    record.put("customer", Map.of("age", 41, "home.town", List.of("Bonn", "Kiel")));
    record.put("items", List.of(Map.of("sku", "a"), Map.of("sku", "b", "sizes", List.of(1, 2))));
    record.put("p.q", 1);
    record.put("p", Map.of("q", 2, "r", 3));
    record.put("n.a", null);
    record.put("n", Map.of("a", 4, "b", 5));
    record.put("d[0]", 6);
  }

  @Test
  void aValueIsFoundByItsPath() {
    assertEquals(41, NestedValues.of(record, "customer.age"));
    assertEquals("Kiel", NestedValues.of(record, "customer.home.town[1]"));
    assertEquals("b", NestedValues.of(record, "items[1].sku"));
    assertEquals(2, NestedValues.of(record, "items[1].sizes[1]"));
    assertEquals(3, NestedValues.of(record, "p.r"));
    assertEquals(6, NestedValues.of(record, "d[0]"));
  }

  @Test
  void aKeyIsTakenBeforeAPath() {
    assertEquals(1, NestedValues.of(record, "p.q"));
    assertNull(NestedValues.of(record, "n.a"));
  }

  @Test
  void whatIsNotThereIsMissing() {
    for (String name :
        List.of(
            "other",
            "customer.name",
            "customer.age.years",
            "customer[0]",
            "items[2]",
            "items[0].sizes[0]",
            "items[-1]",
            "items[x]",
            "items[1",
            "items.sku",
            "p.",
            ".p")) {
      assertNull(NestedValues.of(record, name), name);
    }
  }
}

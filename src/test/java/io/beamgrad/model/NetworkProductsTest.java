package io.beamgrad.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FlattenLayer;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.ReluLayer;
import io.beamgrad.tensor.Kernels.Product;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NetworkProductsTest {
  private static final RowEncoder NUMBERS =
      encoder(Columns.feature("x", ColumnType.FLOATS, List.of(30)), numbers());
  private static final RowEncoder IMAGES =
      encoder(Columns.feature("image", ColumnType.BYTES, List.of(4, 5)), numbers());
  private static final RowEncoder HASHED =
      encoder(
          Columns.feature("word", ColumnType.STRINGS, List.of()),
          new CategoryEncoding("word", List.of(), List.of(), false, 5000, true, null, true, false));

  private static RowEncoder encoder(Column feature, Object encoding) {
    return new RowEncoder(new Encoding(List.of(feature), List.of(encoding), List.of()));
  }

  private static NumberEncoding numbers() {
    return new NumberEncoding(
        "x", null, null, false, List.of(0.0), List.of(1.0), null, false, null, null);
  }

  private static NetworkProducts products(RowEncoder rows, Object... layers) {
    return NetworkProducts.of(List.of(layers), rows);
  }

  @Test
  void denseRowsAreMultipliedByEachLayer() {
    assertEquals(
        new NetworkProducts(Set.of(Product.DENSE), 30 * 8 + 8),
        products(
            NUMBERS,
            new LinearLayer(8, false, false),
            new ReluLayer(),
            new LinearLayer(1, false, false)));
  }

  @Test
  void sparseRowsTimesOneOutputDeserveNoVectors() {
    assertEquals(
        new NetworkProducts(Set.of(), 0), products(HASHED, new LinearLayer(1, false, false)));
  }

  @Test
  void sparseRowsTimesSeveralOutputsTakeTimeForTheirValuesAlone() {
    assertEquals(
        new NetworkProducts(Set.of(Product.SPARSE, Product.DENSE), 64 + 64 * 3),
        products(
            HASHED,
            new LinearLayer(64, false, false),
            new ReluLayer(),
            new LinearLayer(3, false, false)));
  }

  @Test
  void imagesComeAsBytesToALayerBehindOneThatFlattens() {
    assertEquals(
        new NetworkProducts(Set.of(Product.BYTES), 200),
        products(IMAGES, new FlattenLayer(), new LinearLayer(10, false, false)));
    assertEquals(
        Set.of(Product.BYTES, Product.DENSE),
        products(
                IMAGES,
                new FlattenLayer(),
                new LinearLayer(10, false, false),
                new LinearLayer(2, false, false))
            .kinds());
    assertEquals(
        Set.of(Product.DENSE),
        products(IMAGES, new ReluLayer(), new FlattenLayer(), new LinearLayer(10, false, false))
            .kinds());
  }
}

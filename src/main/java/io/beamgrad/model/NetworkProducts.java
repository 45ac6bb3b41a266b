package io.beamgrad.model;

import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.schema.FlattenLayer;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.tensor.Kernels.Product;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The products that a network makes of a training's rows.
 *
 * @param kinds which of them are worth a vector unit
 * @param multiplyAdds of those, about, for one row's way forward
 */
public record NetworkProducts(Set<Product> kinds, double multiplyAdds) {

  /**
   * The products of the linear layers. Sparse rows times one output is none of them: its time goes
   * into finding the weights.
   *
   * @param layers records of the schemas
   */
  public static NetworkProducts of(List<Object> layers, RowEncoder rows) {
    Set<Product> kinds = EnumSet.noneOf(Product.class);
    double multiplyAdds = 0;
    int[] shape = rows.networkShape();
    boolean isFirst = true;
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i) instanceof LinearLayer linear) {
        int out = linear.getOutFeatures();
        boolean isSparse = rows.isSparse() && Networks.keepSparse(layers.subList(0, i));
        if (!isSparse) {
          kinds.add(isFirst && takesBytes(rows, i) ? Product.BYTES : Product.DENSE);
          multiplyAdds += (double) shape[0] * out;
        } else if (out > 1) {
          kinds.add(Product.SPARSE);
          multiplyAdds += (double) rows.mostNonZero() * out;
        }
      }
      isFirst &= layers.get(i) instanceof FlattenLayer;
      shape = Networks.outputShape(layers.subList(i, i + 1), shape);
    }
    return new NetworkProducts(kinds, multiplyAdds);
  }

  /** Whether bytes come as such to a first linear layer: at most one layer flattens them. */
  private static boolean takesBytes(RowEncoder rows, int layer) {
    return rows.numbersOfBytes() != null && layer <= 1;
  }
}

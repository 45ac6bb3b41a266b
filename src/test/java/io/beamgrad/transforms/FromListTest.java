package io.beamgrad.transforms;

import java.util.List;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.junit.jupiter.api.Test;

class FromListTest {
  @Test
  void givesEachElementOnceEqualOnesIncluded() {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PAssert.that(pipeline.apply("List", FromList.of(List.of("a", "b", "a"), StringUtf8Coder.of())))
        .containsInAnyOrder("a", "b", "a");
    pipeline.run().waitUntilFinish();
  }

  @Test
  void givesNothingOfAnEmptyList() {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PAssert.that(pipeline.apply("List", FromList.of(List.of(), StringUtf8Coder.of()))).empty();
    pipeline.run().waitUntilFinish();
  }
}

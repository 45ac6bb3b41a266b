package io.beamgrad.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.optim.SGD;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.io.File;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a user's module holds and does not register is named, and nothing else is. */
@SuppressWarnings("unused") // fields that are only looked for
class RegistrationCheckTest {

  private static Linear layer() {
    return new Linear(2, 2, new Generator(1));
  }

  private abstract static class Net extends Module {
    @Override
    public Tensor forward(Tensor input) {
      return input;
    }
  }

  /** The message is that of the class and its first field that holds something. */
  private static void assertMissing(String place, String what, String method, Module model) {
    String message =
        ("RegistrationCheckTest$%s: %s is not registered, so training, saving and eval() would"
                + " miss it; expected %s(\"%s\", ...)")
            .formatted(place, what, method, place.substring(place.indexOf('.') + 1));
    List<Runnable> asking =
        List.of(
            model::namedParameters,
            model::parameters,
            model::stateDict,
            () -> model.loadStateDict(Map.of()),
            () -> new SGD(model.namedParameters(), 0.1));
    for (Runnable ask : asking) {
      assertEquals(message, assertThrows(IllegalStateException.class, ask::run).getMessage());
    }
  }

  private static void assertNames(String names, Module model) {
    assertEquals(names, String.join(" ", model.namedParameters().keySet()));
  }

  private static final class Plain extends Net {
    private final Linear hidden = layer();
  }

  @Test
  void aPlainFieldIsNamed() {
    assertMissing("Plain.hidden", "a Linear", "child", new Plain());
  }

  private static final class Scaled extends Net {
    private final Tensor constant = Tensor.ones(3);
    private final Tensor scale = Tensor.ones(3).requiresGrad(true);
  }

  @Test
  void soIsATensorThatRequiresGrad() {
    assertMissing("Scaled.scale", "a tensor that requires grad", "parameter", new Scaled());
  }

  private static final class Listed extends Net {
    private final List<Module> layers = new ArrayList<>(List.of(layer(), layer()));

    Listed() {
      child("layers.0", layers.get(0));
    }
  }

  private static final class Arrayed extends Net {
    private final Module[][] layers = {{null}, {new ReLU(), new Dropout(0.5, 1)}};
  }

  private static final class Mapped extends Net {
    private final Map<String, List<Tensor>> heads = new LinkedHashMap<>();

    Mapped() {
      heads.put("a", List.of());
      heads.put("b", List.of(Tensor.ones(1).requiresGrad(true)));
    }
  }

  @Test
  void listsArraysAndMapsAreLookedInto() {
    assertMissing("Listed.layers.1", "a Linear", "child", new Listed());
    assertMissing("Arrayed.layers.1.1", "a Dropout", "child", new Arrayed());
    assertMissing("Mapped.heads.b.0", "a tensor that requires grad", "parameter", new Mapped());
  }

  private abstract static class Base extends Net {
    private final Linear encoder = layer();
  }

  private static final class Derived extends Base {
    private final Linear head = child("head", layer());
  }

  @Test
  void anInheritedFieldIsNamedByTheClassThatHasIt() {
    assertMissing("Base.encoder", "a Linear", "child", new Derived());
  }

  private static final class Outer extends Net {
    private final Module inner = child("inner", new Sequential(new ReLU(), new Plain()));
  }

  @Test
  void usersModulesInsideOursAndEachOtherAreLookedThrough() {
    assertMissing("Plain.hidden", "a Linear", "child", new Outer());
    assertMissing("Plain.hidden", "a Linear", "child", new Sequential(new Sequential(new Plain())));
  }

  @Test
  void soIsAVariableThatAnAnonymousModuleCaptured() {
    Linear outside = layer();
    Module model =
        new Module() {
          @Override
          public Tensor forward(Tensor input) {
            return outside.forward(input);
          }
        };
    assertMissing("1.outside", "a Linear", "child", model);
  }

  private static final class Changing extends Net {
    private Module head = child("head", layer());
  }

  @Test
  void aFieldThatIsAssignedLaterIsFoundAndAChildMayBeReplaced() {
    Changing model = new Changing();
    assertNames("head.weight head.bias", model);
    Module before = model.head;
    model.head = new Plain();
    assertMissing("Changing.head", "a RegistrationCheckTest$Plain", "child", model);
    Dropout after = new Dropout(0.5, 1);
    model.head = model.child("head", after);
    assertNames("", model);
    model.eval();
    assertNotSame(before, model.head);
    assertTrue(before.training());
    assertFalse(after.training());
  }

  /** All of what is registered, or is none of a module's parts. */
  private static final class Right extends Net {
    private static final Linear SHARED_BY_ALL = layer();
    private final Linear first = child("first", layer());
    private final Tensor weight = first.weight(); // registered below
    private final Module[] blocks = {first, child("again", first)};
    private final List<Object> itself = new ArrayList<>();
    private final Sequential rest = child("rest", new Sequential(layer(), new Right2(this)));
    private final Module inRest = rest.modules().get(0);
    private final ReLU relu = new ReLU(); // which has nothing to train, save or switch
    private final Supplier<Module> teacher = RegistrationCheckTest::layer;
    private final Optional<Linear> foreign = Optional.of(layer());
    private final float[] numbers = {1};
    private final File file = new File("x");
    private Tensor last; // computed

    Right() {
      itself.add(itself);
      last = first.forward(Tensor.ones(1, 2));
    }
  }

  /** A module that knows the one above it. */
  private static final class Right2 extends Net {
    private final Module parent;
    private final Tensor bias = parameter("bias", Tensor.ones(2));

    Right2(Module parent) {
      this.parent = parent;
    }
  }

  private final int size = 2;

  private final class InnerOfATest extends Net {
    private final Tensor own = parameter("own", Tensor.ones(size));
  }

  @Test
  void whatIsRegisteredAndWhatIsNoPartIsNoMistake() {
    assertNames("first.weight first.bias rest.0.weight rest.0.bias rest.1.bias", new Right());
    assertNames("own", new InnerOfATest());
  }

  @Test
  void aSharedChildIsTrainedOnceAndSavedUnderBothNames() {
    Linear shared = layer();
    Sequential model = new Sequential(shared, new ReLU(), shared);
    assertNames("0.weight 0.bias", model);
    assertEquals(
        List.of("0.weight", "0.bias", "2.weight", "2.bias"),
        new ArrayList<>(model.stateDict().keySet()));
    Map<String, Tensor> state = model.stateDict();
    model.loadStateDict(state);
    float before = shared.bias().get(0);
    SGD optimizer = new SGD(model.namedParameters(), 0.5);
    shared.bias().gradData()[0] = 1;
    optimizer.step();
    assertEquals(before - 0.5f, shared.bias().get(0));
  }

  /** No subclass of a user's can inherit the mark of what is replayed and not looked through. */
  @Test
  void onlyFinalClassesAreReplayable() throws ClassNotFoundException {
    int marked = 0;
    for (String file : new File("target/classes/io/beamgrad/nn").list()) {
      Class<?> type = Class.forName("io.beamgrad.nn." + file.replace(".class", ""));
      if (Replayable.class.isAssignableFrom(type) && type != Replayable.class) {
        marked++;
        boolean isClosed =
            Modifier.isAbstract(type.getModifiers())
                ? !Modifier.isPublic(type.getModifiers())
                : Modifier.isFinal(type.getModifiers());
        assertTrue(isClosed, type.getName());
      }
    }
    assertTrue(marked >= 15, marked + " marked classes");
  }
}

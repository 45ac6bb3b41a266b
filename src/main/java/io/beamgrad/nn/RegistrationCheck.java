package io.beamgrad.nn;

import io.beamgrad.tensor.Tensor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Finds what a user's module holds in a field and forgot to register. Only fields that subclasses
 * of {@link Module} declare are read, and of what they hold only arrays, collections and the values
 * of maps are looked into. A class in a Java module that does not open its package cannot be read.
 */
final class RegistrationCheck {

  private final Module root;
  private final Set<Object> registered = identitySet(); // modules and parameters below the root
  private final Set<Object> containers = identitySet(); // which may hold themselves

  RegistrationCheck(Module root) {
    this.root = root;
  }

  private static Set<Object> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /**
   * Looks at the root and all that is registered below it.
   *
   * @throws IllegalStateException that names class and field of the first that is not registered
   */
  void requireAllRegistered() {
    root.forEachModule(
        module -> {
          registered.add(module);
          registered.addAll(module.ownParameters());
        });
    root.forEachModule(this::checkFields);
  }

  private void checkFields(Module module) {
    if (module instanceof Replayable) {
      return; // it registers in its constructor
    }
    for (Class<?> type = module.getClass(); type != Module.class; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        boolean isOuter = field.isSynthetic() && field.getName().startsWith("this$");
        if (!Modifier.isStatic(field.getModifiers())
            && !field.getType().isPrimitive()
            && !isOuter
            && field.trySetAccessible()) {
          check(type, field.getName().replaceFirst("^val\\$", ""), valueOf(field, module));
        }
      }
    }
  }

  private static Object valueOf(Field field, Module module) {
    try {
      return field.get(module);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("a field that was made accessible is not: " + field, e);
    }
  }

  /** Checks a field's value, or an element of it, whose place is {@code name}. */
  private void check(Class<?> type, String name, Object value) {
    if (value instanceof Module module) {
      if (!registered.contains(module) && !(module instanceof StatelessModule)) {
        throw missing(type, name, "a " + nameOf(module.getClass()), "child");
      }
    } else if (value instanceof Tensor tensor) {
      if (tensor.requiresGrad() && tensor.isLeaf() && !registered.contains(tensor)) {
        throw missing(type, name, "a tensor that requires grad", "parameter");
      }
    } else if (isContainer(value) && containers.add(value)) {
      if (value instanceof Map<?, ?> map) {
        map.forEach((key, element) -> checkElement(type, name, key, element));
      } else {
        int index = 0;
        for (Object element :
            value instanceof Object[] array ? Arrays.asList(array) : (Collection<?>) value) {
          checkElement(type, name, index, element);
          index++;
        }
      }
    }
  }

  private static boolean isContainer(Object value) {
    return value instanceof Object[] || value instanceof Collection || value instanceof Map;
  }

  /** Makes no names for the elements of a long list of other things. */
  private void checkElement(Class<?> type, String name, Object key, Object element) {
    if (element instanceof Module || element instanceof Tensor || isContainer(element)) {
      check(type, name + "." + key, element);
    }
  }

  private static IllegalStateException missing(
      Class<?> type, String name, String what, String method) {
    return new IllegalStateException(
        ("%s.%s: %s is not registered, so training, saving and eval() would miss it;"
                + " expected %s(\"%s\", ...)")
            .formatted(nameOf(type), name, what, method, name));
  }

  /** The name without the package, also of a class that has no simple one. */
  private static String nameOf(Class<?> type) {
    return type.getName().substring(type.getName().lastIndexOf('.') + 1);
  }
}

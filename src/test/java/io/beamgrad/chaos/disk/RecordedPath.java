package io.beamgrad.chaos.disk;

import java.io.File;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.StreamSupport;

/** A path of a recorded file system, which is a path of the real one in all else. */
final class RecordedPath implements InvocationHandler {
  private final Path real;
  private final FileSystem fileSystem;

  private RecordedPath(Path real, FileSystem fileSystem) {
    this.real = real;
    this.fileSystem = fileSystem;
  }

  static Path of(Path real, FileSystem fileSystem) {
    return (Path)
        Proxy.newProxyInstance(
            RecordedPath.class.getClassLoader(),
            new Class<?>[] {Path.class},
            new RecordedPath(real, fileSystem));
  }

  static Path real(Path path) {
    return Proxy.isProxyClass(path.getClass())
            && Proxy.getInvocationHandler(path) instanceof RecordedPath recorded
        ? recorded.real
        : path;
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    return switch (method.getName()) {
      case "getFileSystem" -> fileSystem;
      case "toFile" -> new File(real.toString());
      case "equals" ->
          arguments[0] instanceof Path other
              && other.getFileSystem() == fileSystem
              && real.equals(real(other));
      default -> recorded(call(method, arguments));
    };
  }

  private Object call(Method method, Object[] arguments) throws Throwable {
    Object[] plain = arguments == null ? new Object[0] : arguments.clone();
    for (int i = 0; i < plain.length; i++) {
      plain[i] = plain[i] instanceof Path path ? real(path) : plain[i];
    }
    try {
      return method.invoke(real, plain);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private Object recorded(Object found) {
    if (found instanceof Iterator<?>) {
      return StreamSupport.stream(real.spliterator(), false)
          .map(name -> of(name, fileSystem))
          .iterator();
    }
    return found instanceof Path path ? of(path, fileSystem) : found;
  }
}

package io.beamgrad.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/** Passes bytes to a server and back until it has passed so many back; then it is dead. */
final class FailingProxy implements AutoCloseable {
  private final ServerSocket socket;
  private final int server;
  private final AtomicLong left;

  private FailingProxy(ServerSocket socket, int server, long bytes) {
    this.socket = socket;
    this.server = server;
    this.left = new AtomicLong(bytes);
  }

  static FailingProxy to(int server, long bytes) throws IOException {
    FailingProxy proxy =
        new FailingProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), server, bytes);
    start(proxy::accept);
    return proxy;
  }

  int port() {
    return socket.getLocalPort();
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "failing-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Socket to = new Socket(InetAddress.getLoopbackAddress(), server);
        start(() -> pass(client, to, Long.MAX_VALUE));
        start(() -> pass(to, client, 0));
      } catch (IOException e) {
        return; // the proxy is closed
      }
    }
  }

  /**
   * @param free how many bytes count for nothing
   */
  private void pass(Socket from, Socket to, long free) {
    byte[] buffer = new byte[1 << 13];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        if (free == 0 && left.addAndGet(-read) < 0) {
          return;
        }
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // One side has closed the connection.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

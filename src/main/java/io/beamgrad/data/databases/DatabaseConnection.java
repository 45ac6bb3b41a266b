package io.beamgrad.data.databases;

import io.beamgrad.failure.WrongInputException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Connects to a database, and keeps its password to itself. */
final class DatabaseConnection {
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private final DatabaseQuery query;
  private final @Nullable String password;

  /**
   * @param environment gives the value of a variable, or null
   * @throws WrongInputException where the environment lacks the password
   */
  DatabaseConnection(DatabaseQuery query, UnaryOperator<String> environment) {
    this.query = query;
    this.password = query.password() == null ? null : environment.apply(query.password());
    if (query.password() != null && password == null) {
      throw new WrongInputException(
          "data.jdbc.password: must name a variable of the environment, found none of that name");
    }
  }

  /** A connection that reads, in one transaction. */
  Connection open() throws SQLException {
    Driver driver = driver();
    Properties properties = new Properties();
    if (query.user() != null) {
      properties.setProperty("user", query.user());
    }
    if (password != null) {
      properties.setProperty("password", password);
    }
    Connection connection = driver.connect(query.url(), properties);
    if (connection == null) {
      throw noDriver();
    }
    connection.setReadOnly(true);
    connection.setAutoCommit(false); // else a driver may keep all rows in memory
    return connection;
  }

  private Driver driver() {
    try {
      return DriverManager.getDriver(query.url());
    } catch (SQLException e) {
      throw noDriver();
    }
  }

  private WrongInputException noDriver() {
    String[] parts = query.url().split(":", 3);
    String kind = parts.length < 3 ? "jdbc:" : parts[0] + ":" + parts[1];
    String hint =
        kind.equals("jdbc:postgresql")
            ? "; BEAMGRAD_PROFILES=postgresql scripts/beamgrad builds with it"
            : "; it must be on the class path";
    return new WrongInputException("data.jdbc.url: no driver for " + kind + hint);
  }

  /** What a driver says, in a line without the password and the address. */
  WrongInputException failure(SQLException e) {
    String message = String.valueOf(e.getMessage()).replace(query.url(), "(data.jdbc.url)");
    if (password != null && !password.isEmpty()) {
      message = message.replace(password, "(password)");
    }
    // No cause, whose messages the log would have as the driver has written them.
    return new WrongInputException(
        "data.jdbc: the database says: " + BLANKS.matcher(message.strip()).replaceAll(" "));
  }
}

package io.beamgrad.retrain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * A table of customers that grows and changes from day to day, and is exported whole each day. What
 * a customer is like depends on the day of the values and on what segments were when the segment
 * was written, so that a dump is a mix of days.
 */
final class Customers {
  private static final String HEADER = "customer,age,spend,visits,city,segment,exported";
  private static final List<String> CITIES = List.of("Bonn", "Essen", "Jena", "Kiel", "Ulm");
  private static final double GROWTH = 0.014;
  private static final double CHANGED = 0.05;
  private static final double EXPORTED_TWICE = 0.002;

  /**
   * Where a row comes from.
   *
   * @param day of its values, from 1; later ones say less of the segment
   * @param isTurned whether its segment is by the relation after the turn
   * @param hasPlatinum whether there was the fourth segment when its own was written
   */
  record Origin(int day, boolean isTurned, boolean hasPlatinum) {}

  /** A row as it is written, and what a model is to know of it. */
  record Row(String age, String spend, String visits, String city, String segment) {
    Object[] features() {
      return new Object[] {age, spend, visits, city};
    }
  }

  /** The rows of a day's dump, without what only the file has, and the origin of each. */
  record Dump(List<Row> rows, List<Origin> origins) {}

  private static final class Customer {
    private final int id;
    private final double[] luck = new double[3]; // stays, whatever else changes
    private double spend;
    private double visits;
    private int age;
    private String city;
    private Origin origin;
    private Row row;

    private Customer(int id, Origin origin, Random random) {
      this.id = id;
      for (int i = 0; i < luck.length; i++) {
        luck[i] = random.nextGaussian();
      }
      age = (int) Math.round(45 + 12 * random.nextGaussian());
      city = CITIES.get(random.nextInt(CITIES.size()));
      spend = random.nextGaussian();
      visits = random.nextGaussian();
      write(origin);
    }

    private void change(Origin of, Random random) {
      spend = 0.8 * spend + 0.6 * random.nextGaussian(); // still standard normal
      write(of);
    }

    private void write(Origin of) {
      origin = of;
      row =
          new Row(
              Integer.toString(age),
              text(200 + 50 * spend),
              text(30 + 8 * visits),
              city,
              segment());
    }

    private String segment() {
      double noise = 0.25 + 0.01 * origin.day();
      if (origin.hasPlatinum() && Math.hypot(spend, visits) + noise * luck[2] > 2.4) {
        return "platinum";
      }
      double direction =
          Math.atan2(visits + noise * luck[0], spend + noise * luck[1])
              + 0.2 * CITIES.indexOf(city)
              + (origin.isTurned() ? Math.PI : 0);
      return List.of("bronze", "silver", "gold").get((int) Math.floor(third(direction)));
    }

    /** The direction as a part of a turn, times three: at least 0 and less than 3. */
    private static double third(double direction) {
      double turns = direction / (2 * Math.PI);
      return 3 * Math.min(turns - Math.floor(turns), Math.nextDown(1.0));
    }

    private static String text(double value) {
      return String.format(Locale.ROOT, "%.2f", value);
    }
  }

  private final Random random;
  private final List<Customer> customers = new ArrayList<>();
  private int day = 1;
  private boolean isTurned;
  private boolean hasPlatinum;

  Customers(int first, long seed) {
    random = new Random(seed);
    join(first);
  }

  private Origin today() {
    return new Origin(day, isTurned, hasPlatinum);
  }

  private void join(int number) {
    for (int i = 0; i < number; i++) {
      customers.add(new Customer(customers.size() + 1, today(), random));
    }
  }

  /** Some customers change and others join. */
  void nextDay() {
    day++;
    for (Customer customer : customers) {
      if (random.nextDouble() < CHANGED) {
        customer.change(today(), random);
      }
    }
    join((int) Math.round(GROWTH * customers.size()));
  }

  /** From now on segments are what was on the other side of the circle; all are written anew. */
  void turn() {
    isTurned = true;
    customers.forEach(c -> c.write(new Origin(c.origin.day(), isTurned, hasPlatinum)));
  }

  /** From now on who joins or changes may be of a fourth segment. */
  void addPlatinum() {
    hasPlatinum = true;
  }

  /** Writes all customers, in another order each day: shuffled, newest first, oldest first. */
  Dump export(Path file, LocalDate date) throws IOException {
    List<Customer> order = new ArrayList<>(customers);
    for (Customer customer : customers) {
      if (random.nextDouble() < EXPORTED_TWICE) {
        order.add(customer);
      }
    }
    switch (day % 3) {
      case 0 -> order.sort(Comparator.comparing((Customer c) -> c.id).reversed());
      case 1 -> order.sort(Comparator.comparing((Customer c) -> c.id));
      default -> Collections.shuffle(order, random);
    }
    Dump dump =
        new Dump(
            order.stream().map(c -> c.row).toList(), order.stream().map(c -> c.origin).toList());
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (Customer c : order) {
      Row r = c.row;
      text.append(c.id).append(',');
      text.append(String.join(",", r.age(), r.spend(), r.visits(), r.city(), r.segment()));
      text.append(',').append(date).append('\n');
    }
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return dump;
  }

  /** Rows of customers whom no dump has, from the same mix of origins as dumps have. */
  static List<Row> unseen(List<Dump> dumps, int rows, long seed) {
    Set<Row> seen = new HashSet<>();
    List<Origin> origins = new ArrayList<>();
    for (Dump dump : dumps) {
      seen.addAll(dump.rows());
      origins.addAll(dump.origins());
    }
    Random random = new Random(seed);
    List<Row> unseen = new ArrayList<>();
    while (unseen.size() < rows) {
      Row row = new Customer(0, origins.get(random.nextInt(origins.size())), random).row;
      if (!seen.contains(row)) {
        unseen.add(row);
      }
    }
    return unseen;
  }
}

package io.beamgrad.data.databases;

import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A query whose rows are a table to train on.
 *
 * @param url the address of the database as its JDBC driver takes it, without a password
 * @param query one SQL statement that gives rows
 * @param key the column that names a row: no two rows have one value, none has none
 * @param since the column that grows with time, by which rows are new; null for none
 * @param user who asks; null is whom the driver takes
 * @param password the name of the environment's variable that has the password; null for none
 */
public record DatabaseQuery(
    String url,
    String query,
    String key,
    @Nullable String since,
    @Nullable String user,
    @Nullable String password) {}

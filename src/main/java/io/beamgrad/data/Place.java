package io.beamgrad.data;

/**
 * Where a row comes from.
 *
 * @param file the identity of its file
 * @param record its number there, from 0, rejected records counted
 */
record Place(String file, long record) {}

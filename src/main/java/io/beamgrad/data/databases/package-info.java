/**
 * Rows of a database, which become Avro files that all else reads. Start with {@link
 * io.beamgrad.data.databases.DatabaseSnapshot}.
 */
package io.beamgrad.data.databases;

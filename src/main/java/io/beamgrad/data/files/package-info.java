/**
 * Files as bytes: on a disk or, by a service, elsewhere; whole or not at all; in Avro containers
 * that are checked when they are read; and the hashes of what is in them. It uses failures and the
 * generated records. Start with {@link io.beamgrad.data.files.Storage}.
 */
package io.beamgrad.data.files;

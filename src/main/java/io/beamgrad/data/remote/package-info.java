/**
 * Files at addresses such as {@code s3://bucket/key}, by Beam's file systems. A room of its own, as
 * what reads models without Beam leaves it out. Start with {@link
 * io.beamgrad.data.remote.BeamFiles}.
 */
package io.beamgrad.data.remote;

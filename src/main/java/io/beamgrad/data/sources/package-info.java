/**
 * Which files a job reads, in which ranges and under which identity, and what becomes of records
 * that are put aside. Start with {@link io.beamgrad.data.sources.SourceFiles}.
 */
package io.beamgrad.data.sources;

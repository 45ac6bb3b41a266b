/**
 * A run's folder: its names, its lock, its log and its report. The word run means a training's
 * folder and nothing else. Start with {@link io.beamgrad.rundir.RunFolder}.
 */
package io.beamgrad.rundir;

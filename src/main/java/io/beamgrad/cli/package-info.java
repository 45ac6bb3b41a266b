/**
 * The command line: one class for each command. With its sub-package it alone knows picocli; what a
 * command does is a job in a room below. Start with {@link io.beamgrad.cli.Main}.
 */
package io.beamgrad.cli;

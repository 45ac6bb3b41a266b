package io.beamgrad.cli;

import java.util.List;
import picocli.CommandLine.Command;

/** The options behind {@code --}, for Beam or for a command that is started. */
@Command
record PassedOptions(List<String> list) {}

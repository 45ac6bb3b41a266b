/**
 * The model's file, what is checked of it, the network it holds, and prediction in plain Java. With
 * what it imports it is the jar for services, without Beam. Start with {@link
 * io.beamgrad.model.Model}.
 */
package io.beamgrad.model;

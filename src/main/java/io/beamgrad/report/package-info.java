/**
 * The pages and charts that a run, a comparison or a registry is shown by: one HTML file each that
 * needs no network. It gets records and figures and knows nothing of where they come from. Start
 * with {@link io.beamgrad.report.RunPage}.
 */
package io.beamgrad.report;

/**
 * Models by key: once the pooled model of all rows is trained, each key of a bucket gets one of its
 * own, and all become one model file. It uses the trainer of {@code train} and the blocks of {@code
 * data.shuffle}; what runs it on workers is in {@code transforms}. Start with {@link
 * io.beamgrad.keyed.BucketTraining}.
 */
package io.beamgrad.keyed;

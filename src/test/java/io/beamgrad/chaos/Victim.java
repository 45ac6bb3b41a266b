package io.beamgrad.chaos;

/** The process that is killed. */
enum Victim {
  DIRECT_RUNNER("direct runner"),
  EMBEDDED_FLINK("embedded Flink"),
  LAUNCHER("launcher"),
  TASK_MANAGER("TaskManager"),
  JOB_MANAGER("JobManager");

  private final String text;

  Victim(String text) {
    this.text = text;
  }

  boolean isOnCluster() {
    return this != DIRECT_RUNNER && this != EMBEDDED_FLINK;
  }

  /** True for the process that makes and ends a run's folder. */
  boolean isLauncher() {
    return this != TASK_MANAGER && this != JOB_MANAGER;
  }

  @Override
  public String toString() {
    return text;
  }
}

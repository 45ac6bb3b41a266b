"""Retrains each night at three, by Airflow 2.4 or newer: one DAG with one task.

Change the paths and copy this file into the folder of DAGs. The worker needs /opt/beamgrad, a JDK and
the registry; on Kubernetes rather use the command and exit codes with a KubernetesPodOperator.
"""

import subprocess
from datetime import timedelta

import pendulum
from airflow.exceptions import AirflowException, AirflowFailException, AirflowSkipException

try:
    from airflow.sdk import dag, task  # Airflow 3
except ImportError:
    from airflow.decorators import dag, task

RETRAIN = [
    "/opt/beamgrad/scripts/beamgrad",
    "retrain",
    "/opt/beamgrad/pipelines/digits-daily.yaml",
    "--registry",
    "/srv/models",
    "--zone",
    "Europe/Berlin",
]
NO_FAILURE = {10: "nothing new", 11: "not better", 12: "another run is at work"}
WOULD_FAIL_AGAIN = {2: "wrong input", 13: "stopped by a data check"}


@dag(
    schedule="0 3 * * *",
    start_date=pendulum.datetime(2026, 1, 1, tz="Europe/Berlin"),
    catchup=False,  # of the runs that were missed only the last is made good
    max_active_runs=1,
)
def beamgrad_retrain():
    @task(
        retries=3,
        retry_delay=timedelta(minutes=1),
        retry_exponential_backoff=True,
        max_retry_delay=timedelta(hours=1),
        execution_timeout=timedelta(hours=2),
    )
    def retrain():
        process = subprocess.Popen(RETRAIN, cwd="/opt/beamgrad")
        try:
            code = process.wait()
        except BaseException:  # the time limit, or somebody has ended the task
            process.terminate()
            process.wait()
            raise
        if code in NO_FAILURE:
            raise AirflowSkipException(NO_FAILURE[code])
        if code in WOULD_FAIL_AGAIN:
            raise AirflowFailException(WOULD_FAIL_AGAIN[code])
        if code != 0:
            raise AirflowException(f"retrain ended with exit code {code}")

    retrain()


beamgrad_retrain()

#!/usr/bin/env bash
# make.sh FOLDER [ROWS [ROWS]]: writes debian-cron.tsv anew, with the cron whose source is in FOLDER; so many expressions
# in UTC, and so many at each change of clocks.
set -euo pipefail
source=$1; rows=${2:-180}; rows_of_change=${3:-20}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
flags="-w -O1 -std=gnu89 -I$source -DSYS_TIME_H=1 -DPOSIX -DUSE_SIGCHLD -D_GNU_SOURCE -DDEBIAN -DDEBUGGING=0"
for file in entry misc env; do gcc $flags -c "$source/$file.c" -o "$work/$file.o"; done
gcc $flags -Dmain=cron_main -Dtime=fake_time -Dsleep=fake_sleep -Daccess=fake_access -c "$source/cron.c" -o "$work/cron.o"
gcc $flags -c "$here/reference.c" -o "$work/reference.o"
objcopy --weaken "$work/misc.o"
gcc "$work"/*.o -o "$work/reference"

table() { # SEED ROWS ZONE FROM TO [clocks]
  echo "# zone $3, from $4 to $5"
  python3 "$here/expressions.py" "$1" "$2" ${6-} | TZ=$3 "$work/reference" "$(date -ud "$4" +%s)" "$(date -ud "$5" +%s)" 3
}
{
  table 1 "$rows" UTC 2027-11-01T00:00:00Z 2029-11-01T00:00:00Z
  seed=2
  while read -r zone from; do
    table $seed "$rows_of_change" "$zone" "$from" "$(date -ud "$from + 40 days" +%FT%TZ)" clocks
    seed=$((seed + 1))
  done <<< "Europe/Berlin 2026-03-28T22:00:00Z
Europe/Berlin 2026-10-24T21:00:00Z
America/New_York 2026-03-08T04:00:00Z
America/New_York 2026-11-01T03:00:00Z
Australia/Lord_Howe 2026-04-04T13:00:00Z
Australia/Lord_Howe 2026-10-03T13:00:00Z
America/Santiago 2026-09-06T02:00:00Z
America/Santiago 2026-04-05T01:00:00Z
Africa/Cairo 2026-04-23T20:00:00Z
Africa/Cairo 2026-10-29T19:00:00Z"
} > "$here/debian-cron.tsv"

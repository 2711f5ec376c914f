# Prints the morning's summary: its date, and what the tasks before it have found (JOB_INPUT).
set -eu

echo "Morning of $NIGHTSHIFT_DATE"
printf 'Found: %s\n' "$JOB_INPUT"
printf 'Checksum: %s\n' "$(printf %s "$JOB_INPUT" | cksum | cut -d ' ' -f 1)"

# Refuses a folder of reports in which one is empty, or none is.
set -eu

folder=$1
count=0
for report in "$folder"/*.txt; do
  [ -e "$report" ] || { echo "No report in $folder" >&2; exit 1; }
  [ -s "$report" ] || { echo "$report is empty" >&2; exit 1; }
  cksum "$report"
  count=$((count + 1))
done
echo "$count reports are as they should be"

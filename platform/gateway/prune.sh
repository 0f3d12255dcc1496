#!/bin/sh
cd @DIRECTORY@ || exit 1
find . -name 'audit-*.log' -mtime +@LAST_DAY@ -exec rm {} +
total=@FILE_BYTES@
for file in $(ls -r | grep '^audit-.*\.log$'); do
  total=$((total + $(wc -c <"$file")))
  [ "$total" -le @VOLUME_BYTES@ ] || rm "$file"
done

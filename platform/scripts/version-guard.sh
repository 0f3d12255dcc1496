found=$(@PROGRAM@ --version 2>&1 | sed -n 's/.* version v\{0,1\}\([0-9][0-9.]*\).*/\1/p')
case $found in
  @MINOR@.*) ;;
  *)
    echo "@TASK@: the image has Temporal ${found:-of no known version}, and clusters[].server.version is @VERSION@: let it and @KEY@ agree" >&2
    exit 1
    ;;
esac

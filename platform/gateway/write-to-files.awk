BEGIN { directory = "@DIRECTORY@" }
{
  day = substr($0, 10, 10)
  if (file == "" || day != today || size + length($0) + 1 > @FILE_BYTES@) {
    if (file != "") close(file)
    system("/bin/sh @PRUNE_PATH@")
    today = day
    size = 0
    time = substr($0, 10, 23)
    gsub(/:/, ".", time)
    file = directory "/audit-" time ".log"
  }
  print >> file
  fflush(file)
  size += length($0) + 1
}

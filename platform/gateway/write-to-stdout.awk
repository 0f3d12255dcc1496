function write() {
  printf "%s", lines
  fflush()
  lines = ""
}
$0 == "" { write(); ticks = 0; next }
!ticks { system("(sleep 0.25; echo) 1<>@PIPE@ &"); ticks = 1 }
{ lines = lines $0 "\n" }
length(lines) > 32768 { write() }
END { write() }

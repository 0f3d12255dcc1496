fail() { cat /tmp/details >&2; echo "@TASK@: $1" >&2; exit 1; }
says() { grep -qiE "$1" /tmp/output; }

# What is wrong with the search server, and what to do; nothing when it may pass by itself. What its client said is in /tmp/output.
judge() {
  tail -n 3 /tmp/output | cut -c 1-600 > /tmp/details
  if says 'Error 401'; then
    fail "the search server at @URL@ refused the user or the password: see clusters[].visibility.credentials"
  elif says 'flood-stage|read-only|read_only|create-index blocked|disk usage exceeded'; then
    fail "the disk of the search server at @URL@ is full, so that it only reads: give it more (clusters[].visibility.storage, or the server's own)"
  elif says 'Error 403'; then
    fail "the user may not make or change index @INDEX@ and Temporal's template: give it the rights in docs/runbooks/visibility.md, or see clusters[].visibility.credentials"
  elif says 'HTTP response to HTTPS client|wrong version number|packet length too long'; then
    fail "the search server at @URL@ does not speak TLS: switch it on there, or set clusters[].visibility.url to http"
  elif says 'x509:|certificate|verify error|hostname mismatch'; then
    fail "the certificate of the search server at @URL@ is not accepted: see clusters[].visibility.tls"
  elif says 'no such host|name or service not known|bad hostname|nodename nor servname'; then
    fail "nobody knows the host of @URL@: see clusters[].visibility.url, and whether the containers can resolve it"
  elif ! says 'connection re(fused|set)|i/o timeout|timed out|deadline exceeded|no route to host|network is unreachable|temporary failure|EOF|no answer|Error (429|5..)'; then
    fail "the search server at @URL@ does not do what is asked of it; its words are above"
  fi
}

# Counts attempts at what may pass by itself, and gives up after a minute.
begin() { attempt=0; }
again() {
  judge
  attempt=$((attempt + 1))
  if [ "$attempt" -ge 30 ]; then
    fail "the search server at @URL@ does not answer: see that it runs, has space left on its disk, and can be reached from the containers (clusters[].visibility.url)"
  fi
  sleep 2
}

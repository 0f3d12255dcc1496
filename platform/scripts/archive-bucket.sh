#!/bin/sh
set -u
makes_bucket=@MAKES_BUCKET@
# curl reads the keys from a file, since everybody in the container sees its arguments.
umask 077
quoted() { printf %s "$1" | sed 's/[\\"]/\\&/g'; }
printf 'aws-sigv4 = "aws:amz:@REGION@:s3"\nuser = "%s:%s"\n' "$(quoted "$AWS_ACCESS_KEY_ID")" "$(quoted "$AWS_SECRET_ACCESS_KEY")" > /tmp/keys

# Asks the store, and keeps its status and answer; a status of 000 is none.
ask() {
  status=$(curl --config /tmp/keys --silent --show-error --max-time 20 --output /tmp/answer --write-out '%{http_code}' "$@" 2> /tmp/fault)
}
says() { grep -qE "<Code>($1)</Code>" /tmp/answer 2> /tmp/no-answer; }
fail() {
  sed -n 's,.*<Code>\([^<]*\)</Code>.*<Message>\([^<]*\)</Message>.*,\1: \2,p' /tmp/answer >&2 2> /tmp/no-answer
  echo "archive-bucket: $1" >&2
  exit 1
}

# What may pass by itself is tried again for a minute.
persist() {
  attempt=0
  rm -f /tmp/answer
  ask "$@"
  while [ "$status" = 000 ] || [ "$status" -ge 500 ]; do
    attempt=$((attempt + 1))
    if [ "$attempt" -ge 30 ]; then
      cat /tmp/fault >&2
      fail "the object store at @ENDPOINT@ does not answer: see clusters[].archival.endpoint, and whether the containers can reach it"
    fi
    sleep 2
    ask "$@"
  done
}

# What is wrong when the store refuses; $1 is the right that it may lack.
judge() {
  if [ "$status" -lt 300 ]; then return; fi
  if says 'InvalidAccessKeyId'; then
    fail "the object store at @ENDPOINT@ does not know the access key: see clusters[].archival.credentials.accessKeyId"
  elif says 'SignatureDoesNotMatch'; then
    fail "the secret is not the access key's: see clusters[].archival.credentials.secretAccessKey"
  elif says 'NoSuchBucket'; then
    fail "there is no bucket @BUCKET@ at @ENDPOINT@: make it, or correct clusters[].archival.bucket"
  elif says 'AccessDenied|AllAccessDisabled|Forbidden'; then
    fail "the access key may not do $1 on bucket @BUCKET@: give it s3:ListBucket, s3:GetObject and s3:PutObject, or correct clusters[].archival.bucket"
  elif says 'PermanentRedirect|TemporaryRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException'; then
    fail "bucket @BUCKET@ is not in region @REGION@: correct clusters[].archival.region"
  fi
  fail "the object store at @ENDPOINT@ answers $1 with status $status: see clusters[].archival, pathStyle and endpoint above all"
}

persist "@BUCKET_URL@?list-type=2&max-keys=1"
if [ "$makes_bucket" = true ] && says NoSuchBucket; then
  persist --request PUT "@BUCKET_URL@"
  judge s3:CreateBucket
  echo "archive-bucket: made @BUCKET@"
else
  judge s3:ListBucket
fi
echo "written by temporal-platform to see whether it may" > /tmp/check
persist --upload-file /tmp/check "@BUCKET_URL@/@OBJECT@"
judge s3:PutObject
persist "@BUCKET_URL@/@OBJECT@"
judge s3:GetObject
echo "archive-bucket: ok"

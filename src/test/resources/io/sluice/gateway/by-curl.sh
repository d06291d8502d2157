#!/usr/bin/env bash
# by-curl.sh ADDRESS: what a gateway with the tests' kernels answers to curl. Prints what is wrong, and how many were right.
set -uo pipefail
address=$1
body=$(mktemp)
trap 'rm -f "$body"' EXIT
right=0
wrong=0

# expect STATUS TEXT CURL-ARGUMENT...: the status, and a text that the answer has
expect() {
  local status=$1 text=$2 given
  shift 2
  given=$(curl -s --max-time 20 -o "$body" -w '%{http_code}' "$@")
  if [ "$given" = "$status" ] && grep -qF -- "$text" "$body"; then
    right=$((right + 1))
  else
    wrong=$((wrong + 1))
    echo "expected $status with '$text', was $given with: $(head -c 300 "$body") ($*)"
  fi
}

expect 200 '"up"' "$address/health"
expect 200 '"openapi"' "$address/openapi.json"
expect 200 '<!doctype html>' "$address/dashboard/"
expect 200 '"completed":"look"' --data-binary '{"kernel": "look"}' "$address/runs"
expect 200 '"failed":"fail"' --data-binary '{"kernel": "fail"}' "$address/runs"
expect 200 '"failed":"late"' --data-binary $'{"kernel": "fail", "id": "a"}\n{"kernel": "look", "name": "late", "after": ["a"]}' "$address/runs"
expect 400 'line 1: a line must be one JSON object' --data-binary '{' "$address/runs"
expect 400 'kernel must be a name of the library' --data-binary '{"kernel": "java.lang.Runtime"}' "$address/runs"
expect 400 'results must be base64, values or none' --data-binary '' "$address/runs?results=all"
expect 201 '"bytes":4' -X PUT --data-binary 'abcd' "$address/tensors/t?dtype=UINT8&shape=4"
expect 200 'abcd' "$address/tensors/t"
expect 400 'wrong-length' -X PUT --data-binary 'abc' "$address/tensors/t?dtype=UINT8&shape=4"
expect 400 'dtype must be one of' -X PUT --data-binary 'abc' "$address/tensors/t?dtype=char&shape=3"
expect 200 '"deleted":true' -X DELETE "$address/tensors/t"
expect 404 'unknown-run' -X DELETE "$address/runs/999"
expect 404 'unknown-path' "$address/nothing"
expect 405 'wrong-method' -X PATCH "$address/runs"
expect 421 'wrong-host' -H 'Host: evil.example' "$address/runs"
expect 403 'wrong-origin' -H 'Origin: http://evil.example' -X POST "$address/drain"
expect 200 '"why"' "$address/state"
expect 200 '"failedCount":3' -X POST "$address/drain"

echo "$right right, $wrong wrong"
[ "$wrong" = 0 ]

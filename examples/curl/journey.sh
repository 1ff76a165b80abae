#!/usr/bin/env bash
# From nothing to bank transactions in twenty steps, with curl and jq.
#
#     FINAPI_URL=http://localhost:8420 bash examples/curl/journey.sh
#
# Each step prints one line. The first answer that is not the expected one ends the program with status 1.
set -euo pipefail

url=${FINAPI_URL:-http://localhost:8420} url=${url%/}
client="journey-$RANDOM$RANDOM"
done=0

# send METHOD PATH STATUS [curl's arguments]: the answer's body. TOKEN is sent if there is one.
send() {
  local method=$1 path=$2 expected=$3 answer status
  shift 3
  # A stand-in on this machine is reached without the machine's proxy.
  answer=$(curl -sS --noproxy '*' --max-time 30 -X "$method" -w '\n%{http_code}' "$url$path" \
    -H "X-Mock-Client: $client" ${TOKEN:+-H "Authorization: Bearer $TOKEN"} "$@")
  status=${answer##*$'\n'}
  if [ "$status" != "$expected" ]; then
    echo "$method $path: $status instead of $expected: ${answer%$'\n'*}" >&2
    return 1
  fi
  echo "${answer%$'\n'*}"
}

json() { send "$1" "$2" "$3" -H 'Content-Type: application/json' -d "$4"; }
grant() { TOKEN='' send POST /api/v2/oauth/token 200 -d "client_id=$client" -d 'client_secret=a secret' -d "$@"; }
said() { printf '%2d. %-22s %s\n' "$((done += 1))" "$1" "${2:-}"; }
is() { [ "$1" = "$2" ] || { echo "$3 is $1 instead of $2" >&2; exit 1; }; }

TOKEN=$(grant grant_type=client_credentials | jq -r .access_token)
said 'client token'
settings=$(send GET /api/v2/clientConfiguration 200 | jq length)
said 'client configuration' "$settings settings"
user=$(json POST /api/v2/users 201 '{"id": "alice", "password": "open sesame"}' | jq -r .id)
said user "$user"
tokens=$(grant grant_type=password -d username=alice -d 'password=open sesame')
TOKEN=$(jq -r .access_token <<<"$tokens")
said 'user token' "for $(jq .expires_in <<<"$tokens") seconds"
me=$(send GET /api/v2/users 200 | jq -r .id)
said 'who am I' "$me"
bank=$(send GET '/api/v2/banks?search=DEMO0001' 200 | jq '.banks[0]')
said bank "$(jq -r '"\(.id) \(.name)"' <<<"$bank")"

# The callback goes where nobody listens; the journal has it all the same.
wish=$(jq '{bank: {id}, callbacks: {finalised: "http://localhost:1/finalised"}}' <<<"$bank")
form=$(json POST /api/webForms/bankConnectionImport 201 "$wish")
id=$(jq -r .id <<<"$form")
said 'web form' "$(jq -r .url <<<"$form")"
is "$(jq -r .status <<<"$form")" NOT_YET_OPENED 'the form'
said 'which waits' NOT_YET_OPENED
send POST "/_mock/webForms/$id/complete" 200 >/dev/null
said 'the user completes it'
expected=$(jq -n --arg id "$id" '{calls: {kind: "callback", body: {webFormId: $id, status: "COMPLETED"}}, within: "10s"}')
json POST /_mock/wait 200 "$expected" >/dev/null
said callback COMPLETED
connection=$(send GET "/api/webForms/$id" 200 | jq .payload.bankConnectionId)
said 'what came of it' "connection $connection"

status=$(send GET "/api/v2/bankConnections/$connection" 200 | jq -r .updateStatus)
is "$status" READY 'the connection'
said 'bank connection' "$status"
ibans=$(send GET /api/v2/accounts 200 | jq -r '[.accounts[].iban] | join(" ")')
said accounts "$ibans"
newest='/api/v2/transactions?view=userView&perPage=1&order=bankBookingDate,desc'
page=$(send GET "$newest" 200)
before=$(jq .paging.totalCount <<<"$page")
said transactions "$before the newest on $(jq -r '.transactions[0].bankBookingDate' <<<"$page")"
label=$(json POST /api/v2/labels 201 '{"name": "seen"}' | jq .id)
json PATCH "/api/v2/transactions/$(jq '.transactions[0].id' <<<"$page")" 200 "{\"labelIds\": [$label]}" >/dev/null
labelled=$(send GET "/api/v2/transactions?view=userView&labelIds=$label" 200 | jq .paging.totalCount)
is "$labelled" 1 'the number of transactions with the label'
said 'one is labelled' seen

json POST /_mock/clock 200 '{"advance": "7d"}' >/dev/null
said 'a week later'
send GET /api/v2/accounts 401 >/dev/null
said 'the token is over'
TOKEN=$(grant grant_type=refresh_token -d "refresh_token=$(jq -r .refresh_token <<<"$tokens")" | jq -r .access_token)
said 'a new one'
later=$(send GET "$newest" 200 | jq .paging.totalCount)
[ "$later" -gt "$before" ] || { echo "still $later transactions" >&2; exit 1; }
said transactions "$later"
send DELETE /api/v2/users 200 >/dev/null
send GET /api/v2/users 401 >/dev/null
said 'the user is gone'
printf '\n%d steps, all as expected.\n' "$done"

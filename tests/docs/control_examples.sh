# The example of each operation in docs/control-reference.md, below its operationId. They are run in the order of the
# page, in one session, which begins in control_head.md.

### health
curl -sS "$MOCK/_mock/health" | pretty

### reset
curl -sS -X POST "$MOCK/_mock/reset" -H 'X-Mock-Client: lab' | pretty

### listClients
ask clients

### registerClient
curl -sS "$MOCK/_mock/clients" -d '{"clientId": "bank", "license": "AISP", "configuration": {"maxUserLoginAttempts": 3}}' |
  pretty

### removeClient
curl -sS -X DELETE "$MOCK/_mock/clients/bank" | pretty

### showClock
ask clock

### moveClock
form '{}' >/dev/null
ask clock -d '{"advance": "21min"}'

### showPace
ask pace

### setPace
ask pace -d '{"pace": "by-hand"}'

### listRequests
ask 'requests?operation=createUser&limit=1' | sed -n 1,12p

### exportRequests
ask 'requests.har?kind=request' | sed -n 1,8p

### showRequest
api v2/transactions -o /dev/null
LAST=$(ask 'requests?limit=1' | show 'it["requests"][0]["number"]')
ask "requests/$LAST" | show 'it["method"], it["target"], it["status"], it["hint"]'

### explainRequest
ask "requests/$LAST/why"

### verify
ask verify -d '{"calls": {"operation": "createUser", "status": 201}, "exactly": 2}' | show 'it["ok"], it["message"]'

### wait
ask wait -d '{"calls": {"operation": "createUser"}, "within": "2s"}' | show 'it["ok"], it["message"]'

### showScenarios
ask scenarios

### putOnScenarios
ask scenarios -d '{"on": ["bank-is-down"]}'

### enterState
ask scenarios -d '{"on": ["bank-goes-down-and-recovers"]}' >/dev/null
ask scenarios/bank-goes-down-and-recovers/state -d '{"state": "down"}' |
  show 'it["on"][0]["scenarios"][0]["state"]'
ask scenarios -d '{"on": []}' >/dev/null

### listLibrary
ask library | sed -n 1,8p

### uploadScenario
ask library --data-binary @- <<'YAML'
name: search-fails
description: Nobody finds a bank.
rules:
  - when: {operation: getAndSearchAllBanks}
    then: {refuse: UNEXPECTED}
YAML

### showScenario
ask library/search-fails

### countRecords
ask state

### listRecords
ask 'state/accounts?limit=1' | sed -n 1,12p

### showRecord
ask state/users/alice

### seed
curl -sS "$MOCK/_mock/seed" -H 'X-Mock-Client: lab' -d 'users: [{id: bob, password: open sesame}]' | pretty

### takeSnapshot
curl -sS "$MOCK/_mock/snapshot" -H 'X-Mock-Client: lab' -o lab.json
pretty <lab.json | sed -n 1,8p

### restoreSnapshot
curl -sS -X PUT "$MOCK/_mock/snapshot" -H 'X-Mock-Client: lab' --data-binary @lab.json | pretty

### listLogins
ask magic | sed -n 1,16p

### showForm
FORM=$(form '{"bank": {"id": 280001}, "skipDuplicateDetection": true}')
ask "webForms/$FORM"

### completeForm
ask "webForms/$FORM/complete" -d '{"outcome": "COMPLETED_WITH_ERROR", "errorCode": "BANK_SERVER_REJECTION"}'

### takeSteps
FORM=$(form '{"bank": {"id": 280001}, "skipDuplicateDetection": true}')
ask "webForms/$FORM/steps" -d '{"action": "log-in", "fields": {"Onlinebanking-ID": "demo", "PIN": "demo"}}'

### completeTask
TASK=$(api tasks/backgroundUpdate --json '{"bankConnectionId": 1000001}' | show 'it["id"]')
ask "tasks/$TASK/complete" -X POST

### showAuthorisation
ask clients -d '{"clientId": "licensed", "clientSecret": "secret", "license": "AISP"}' >/dev/null
NEWCOMER='{"id": "bob", "password": "open-sesame"}'
TOKEN=$(token licensed -d grant_type=client_credentials) api v2/users -o /dev/null --json "$NEWCOMER"
BOB=$(token licensed -d grant_type=password -d username=bob -d password=open-sesame)
LOGIN='{"bankId": 280002, "bankingInterface": "XS2A", "redirectUrl": "https://shop.example"}'
HASH=$(TOKEN=$BOB api v2/bankConnections/import --json "$LOGIN" |
  show 'it["errors"][0]["multiStepAuthentication"]["hash"]')
curl -sS "$MOCK/_mock/authorisations/$HASH" | pretty

### completeAuthorisation
curl -sS "$MOCK/_mock/authorisations/$HASH/complete" -d '{"login": "demo"}' | pretty

### completeBankConnection
FORM=$(form '{"bank": {"id": 280001}, "skipDuplicateDetection": true}')
CONNECTION=$(ask "webForms/$FORM/complete" -X POST | show 'it["payload"]["bankConnectionId"]')
ask "bankConnections/$CONNECTION/complete" -X POST

### completePayment
IBAN=DE13700800000061110500
ORDER='"recipient": {"name": "Max", "iban": "'$IBAN'"}, "amount": {"value": 5, "currency": "EUR"}'
FORM=$(api webForms/standalonePayment --json "{\"orders\": [{$ORDER}]}" | show 'it["id"]')
PAYMENT=$(ask "webForms/$FORM/complete" -X POST | show 'it["payload"]["paymentId"]')
ask "payments/$PAYMENT/complete" -d '{"outcome": "NOT_SUCCESSFUL", "bankMessage": "Limit exceeded."}'

### completeStandingOrder
STANDING="{$ORDER, \"startDate\": \"2099-01-01\", \"frequency\": \"MONTHLY\"}"
FORM=$(api webForms/standingOrder --json "$STANDING" | show 'it["id"]')
STANDING=$(ask "webForms/$FORM/complete" -X POST | show 'it["payload"]["standingOrderId"]')
ask "standingOrders/$STANDING/complete" -X POST | show 'it["id"], it["status"]'

### listCallbacks
FORM=$(form '{"callbacks": {"finalised": "http://localhost:1/done"}}')
ask "webForms/$FORM/complete" -d '{"outcome": "ABORTED"}' >/dev/null
ask wait -d '{"calls": {"kind": "callback"}, "within": "30s"}' >/dev/null
ask callbacks

### sendCallback
ask callbacks -d '{"url": "http://localhost:1/done", "body": {"webFormId": "x", "status": "COMPLETED"}}' |
  show 'it["id"], it["state"]'

### showCallback
CALLBACK=$(ask 'callbacks?limit=1' | show 'it["callbacks"][0]["id"]')
ask "callbacks/$CALLBACK"

### resendCallback
ask "callbacks/$CALLBACK/resend" -X POST | show 'it["id"], it["url"]'

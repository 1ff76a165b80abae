// From nothing to bank transactions in twenty steps, with Go's standard library alone.
//
//	FINAPI_URL=http://localhost:8420 go run examples/go/journey.go
//
// Each step prints one line. The first answer that is not the expected one ends the program with status 1.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

type object = map[string]any

var (
	base   = strings.TrimRight(env("FINAPI_URL", "http://localhost:8420"), "/")
	client = fmt.Sprintf("journey-%x", time.Now().UnixNano())
	web    = http.Client{Timeout: 30 * time.Second}
	token  string
	steps  int
)

func env(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func check(holds bool, otherwise string, values ...any) {
	if !holds {
		fmt.Fprintf(os.Stderr, otherwise+"\n", values...)
		os.Exit(1)
	}
}

func said(what string, found ...any) {
	steps++
	fmt.Printf("%2d. %-22s %s", steps, what, fmt.Sprintln(found...))
}

// call sends one request; the answer is its JSON, or nil where it is empty.
func call(method, path string, expect int, kind string, body []byte) object {
	request, err := http.NewRequest(method, base+path, bytes.NewReader(body))
	check(err == nil, "%v", err)
	request.Header.Set("X-Mock-Client", client)
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := web.Do(request)
	check(err == nil, "%v", err)
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	check(err == nil, "%v", err)
	check(answer.StatusCode == expect, "%s %s: %d instead of %d: %s", method, path, answer.StatusCode, expect, content)
	if len(content) == 0 {
		return nil
	}
	var found object
	numbers := json.NewDecoder(bytes.NewReader(content))
	numbers.UseNumber() // identifiers stay as they are written
	err = numbers.Decode(&found)
	check(err == nil, "%s %s: %v", method, path, err)
	return found
}

func get(path string) object { return call("GET", path, 200, "", nil) }

func send(method, path string, expect int, body object) object {
	content, err := json.Marshal(body)
	check(err == nil, "%v", err)
	return call(method, path, expect, "application/json", content)
}

func grant(kind string, more url.Values) object {
	form := url.Values{"grant_type": {kind}, "client_id": {client}, "client_secret": {"a secret"}}
	for name, value := range more {
		form[name] = value
	}
	token = ""
	return call("POST", "/api/v2/oauth/token", 200, "application/x-www-form-urlencoded", []byte(form.Encode()))
}

func list(of object, name string) []any { return of[name].([]any) }

func total(page object) int64 {
	count, err := page["paging"].(object)["totalCount"].(json.Number).Int64()
	check(err == nil, "%v", err)
	return count
}

func main() {
	token = grant("client_credentials", nil)["access_token"].(string)
	said("client token")
	said("client configuration", len(get("/api/v2/clientConfiguration")), "settings")
	user := send("POST", "/api/v2/users", 201, object{"id": "alice", "password": "open sesame"})
	said("user", user["id"])
	tokens := grant("password", url.Values{"username": {"alice"}, "password": {"open sesame"}})
	token = tokens["access_token"].(string)
	said("user token", "for", tokens["expires_in"], "seconds")
	said("who am I", get("/api/v2/users")["id"])
	bank := list(get("/api/v2/banks?search=DEMO0001"), "banks")[0].(object)
	said("bank", bank["id"], bank["name"])

	form := connect(bank)
	connectionID := get("/api/webForms/" + form["id"].(string))["payload"].(object)["bankConnectionId"]
	said("what came of it", "connection", connectionID)
	before := look(connectionID)
	aWeekLater(tokens["refresh_token"].(string), before)
	fmt.Printf("\n%d steps, all as expected.\n", steps)
}

func connect(bank object) object {
	// The callback goes where nobody listens; the journal has it all the same.
	callbacks := object{"finalised": "http://localhost:1/finalised"}
	wish := object{"bank": object{"id": bank["id"]}, "callbacks": callbacks}
	form := send("POST", "/api/webForms/bankConnectionImport", 201, wish)
	said("web form", form["url"])
	check(form["status"] == "NOT_YET_OPENED", "the form begins as %v", form["status"])
	said("which waits", form["status"])
	call("POST", "/_mock/webForms/"+form["id"].(string)+"/complete", 200, "", nil)
	said("the user completes it")
	callback := object{"kind": "callback", "body": object{"webFormId": form["id"], "status": "COMPLETED"}}
	send("POST", "/_mock/wait", 200, object{"calls": callback, "within": "10s"})
	said("callback", "COMPLETED")
	return form
}

const newest = "/api/v2/transactions?view=userView&perPage=1&order=bankBookingDate,desc"

func look(connectionID any) int64 {
	connection := get(fmt.Sprint("/api/v2/bankConnections/", connectionID))
	check(connection["updateStatus"] == "READY", "the connection is %v", connection["updateStatus"])
	said("bank connection", connection["bank"].(object)["name"], connection["updateStatus"])
	var ibans []any
	for _, account := range list(get("/api/v2/accounts"), "accounts") {
		ibans = append(ibans, account.(object)["iban"])
	}
	said("accounts", ibans...)
	page := get(newest)
	latest := list(page, "transactions")[0].(object)
	said("transactions", total(page), "the newest on", latest["bankBookingDate"])
	label := send("POST", "/api/v2/labels", 201, object{"name": "seen"})
	send("PATCH", fmt.Sprint("/api/v2/transactions/", latest["id"]), 200, object{"labelIds": []any{label["id"]}})
	labelled := total(get(fmt.Sprint("/api/v2/transactions?view=userView&labelIds=", label["id"])))
	check(labelled == 1, "%d transactions have the label", labelled)
	said("one is labelled", label["name"])
	return total(page)
}

func aWeekLater(refreshToken string, before int64) {
	send("POST", "/_mock/clock", 200, object{"advance": "7d"})
	said("a week later")
	call("GET", "/api/v2/accounts", 401, "", nil)
	said("the token is over")
	token = grant("refresh_token", url.Values{"refresh_token": {refreshToken}})["access_token"].(string)
	said("a new one")
	later := total(get(newest))
	check(later > before, "still %d transactions", later)
	said("transactions", later)
	call("DELETE", "/api/v2/users", 200, "", nil)
	call("GET", "/api/v2/users", 401, "", nil)
	said("the user is gone")
}

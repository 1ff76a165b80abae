import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * From nothing to bank transactions in twenty steps, with Java 17 alone.
 *
 * <pre>FINAPI_URL=http://localhost:8420 java examples/java/Journey.java</pre>
 *
 * Each step prints one line. The first answer that is not the expected one ends the program with status 1. Java has no
 * JSON of its own, so this program looks for fields by their names; yours has a library, or a generated client.
 */
public class Journey {
    private static final String BASE = System.getenv().getOrDefault("FINAPI_URL", "http://localhost:8420").replaceAll("/$", "");
    private static final String CLIENT = "journey-" + UUID.randomUUID();
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String NEWEST = "/api/v2/transactions?view=userView&perPage=1&order=bankBookingDate,desc";

    private final HttpClient http = HttpClient.newHttpClient();
    private String token = "";
    private int steps = 0;

    public static void main(String[] arguments) throws Exception {
        try {
            new Journey().take();
        } catch (IllegalStateException difference) {
            System.err.println(difference.getMessage());
            System.exit(1);
        }
    }

    private void take() throws Exception {
        token = text(grant("client_credentials"), "access_token");
        said("client token");
        send("GET", "/api/v2/clientConfiguration", 200);
        said("client configuration");
        String user = send("POST", "/api/v2/users", 201, "{\"id\": \"alice\", \"password\": \"open sesame\"}");
        said("user", text(user, "id"));
        String tokens = grant("password", "username", "alice", "password", "open sesame");
        token = text(tokens, "access_token");
        said("user token", "for", number(tokens, "expires_in"), "seconds");
        said("who am I", text(send("GET", "/api/v2/users", 200), "id"));
        String bank = send("GET", "/api/v2/banks?search=DEMO0001", 200);
        said("bank", number(bank, "id"), text(bank, "name"));

        String connection = connect(number(bank, "id"));
        long before = look(connection);
        aWeekLater(text(tokens, "refresh_token"), before);
        System.out.printf("%n%d steps, all as expected.%n", steps);
    }

    /** The id of the bank connection that a web form has made. */
    private String connect(String bank) throws Exception {
        // The callback goes where nobody listens; the journal has it all the same.
        String wish = "{\"bank\": {\"id\": %s}, \"callbacks\": {\"finalised\": \"http://localhost:1/finalised\"}}";
        String form = send("POST", "/api/webForms/bankConnectionImport", 201, wish.formatted(bank));
        String id = text(form, "id");
        said("web form", text(form, "url"));
        check(text(form, "status").equals("NOT_YET_OPENED"), "the form begins as " + text(form, "status"));
        said("which waits", text(form, "status"));
        send("POST", "/_mock/webForms/" + id + "/complete", 200);
        said("the user completes it");
        String callback = """
            {"calls": {"kind": "callback", "body": {"webFormId": "%s", "status": "COMPLETED"}}, "within": "10s"}""";
        send("POST", "/_mock/wait", 200, callback.formatted(id));
        said("callback", "COMPLETED");
        String connection = number(send("GET", "/api/webForms/" + id, 200), "bankConnectionId");
        said("what came of it", "connection", connection);
        return connection;
    }

    /** How many transactions there are. */
    private long look(String connection) throws Exception {
        String status = text(send("GET", "/api/v2/bankConnections/" + connection, 200), "updateStatus");
        check(status.equals("READY"), "the connection is " + status);
        said("bank connection", status);
        said("accounts", all(send("GET", "/api/v2/accounts", 200), "iban").toArray(String[]::new));
        String page = send("GET", NEWEST, 200);
        said("transactions", number(page, "totalCount"), "the newest on", text(page, "bankBookingDate"));
        String label = number(send("POST", "/api/v2/labels", 201, "{\"name\": \"seen\"}"), "id");
        send("PATCH", "/api/v2/transactions/" + number(page, "id"), 200, "{\"labelIds\": [" + label + "]}");
        String labelled = send("GET", "/api/v2/transactions?view=userView&labelIds=" + label, 200);
        check(number(labelled, "totalCount").equals("1"), number(labelled, "totalCount") + " transactions have the label");
        said("one is labelled", "seen");
        return Long.parseLong(number(page, "totalCount"));
    }

    private void aWeekLater(String refreshToken, long before) throws Exception {
        send("POST", "/_mock/clock", 200, "{\"advance\": \"7d\"}");
        said("a week later");
        send("GET", "/api/v2/accounts", 401);
        said("the token is over");
        token = text(grant("refresh_token", "refresh_token", refreshToken), "access_token");
        said("a new one");
        long later = Long.parseLong(number(send("GET", NEWEST, 200), "totalCount"));
        check(later > before, "still " + later + " transactions");
        said("transactions", Long.toString(later));
        send("DELETE", "/api/v2/users", 200);
        send("GET", "/api/v2/users", 401);
        said("the user is gone");
    }

    private String grant(String type, String... more) throws Exception {
        token = "";
        List<String> pairs = new ArrayList<>(List.of("grant_type", type, "client_id", CLIENT, "client_secret", "a secret"));
        pairs.addAll(List.of(more));
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < pairs.size(); i += 2) {
            form.append(i == 0 ? "" : "&").append(pairs.get(i)).append('=').append(encoded(pairs.get(i + 1)));
        }
        return send("POST", "/api/v2/oauth/token", 200, FORM, form.toString());
    }

    private String send(String method, String path, int expect) throws Exception {
        return send(method, path, expect, "application/json", "");
    }

    private String send(String method, String path, int expect, String json) throws Exception {
        return send(method, path, expect, "application/json", json);
    }

    /** One request. The text of the answer. */
    private String send(String method, String path, int expect, String type, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(BASE + path))
            .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .header("X-Mock-Client", CLIENT)
            .header("Content-Type", type)
            .timeout(Duration.ofSeconds(30));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        var answer = http.send(request.build(), BodyHandlers.ofString());
        check(answer.statusCode() == expect,
            "%s %s: %d instead of %d: %s".formatted(method, path, answer.statusCode(), expect, answer.body()));
        return answer.body();
    }

    private void said(String what, String... found) {
        System.out.printf("%2d. %-22s %s%n", ++steps, what, String.join(" ", found));
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String text(String json, String name) {
        return first(json, name, "\"([^\"]*)\"");
    }

    private static String number(String json, String name) {
        return first(json, name, "(\\d+)");
    }

    private static String first(String json, String name, String value) {
        var found = Pattern.compile("\"" + name + "\":\\s*" + value).matcher(json);
        check(found.find(), "there is no " + name + " in " + json);
        return found.group(1);
    }

    private static List<String> all(String json, String name) {
        return Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json).results().map(m -> m.group(1)).toList();
    }
}

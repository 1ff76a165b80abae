import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.utility.DockerImageName;

/**
 * Testcontainers for Java: org.testcontainers:junit-jupiter and JUnit 5, Java 17 or newer, and a Docker engine.
 *
 * <p>The port is known only when the container runs, so links lead to the host and port of each request.
 */
@Testcontainers
class ShopTest {
    static final int PORT = 8420;
    static final String CLIENTS = """
            clients:
              - {client_id: shop, client_secret: shop-secret}
            """;

    @Container
    static final GenericContainer<?> MOCK =
            new GenericContainer<>(DockerImageName.parse("finapi-mock:latest"))
                    .withExposedPorts(PORT)
                    .withEnv("FINAPI_MOCK_CONTROL_TOKEN", "only-for-this-run")
                    .withEnv("FINAPI_MOCK_CLIENTS_YAML", CLIENTS)
                    .withEnv("FINAPI_MOCK_LINKS_BY", "host")
                    .waitingFor(Wait.forHttp("/_mock/health").forPort(PORT));

    @Test
    void theClientGetsATokenAndReadsABank() throws Exception {
        String finapi = "http://" + MOCK.getHost() + ":" + MOCK.getMappedPort(PORT);
        HttpResponse<String> token = send(HttpRequest.newBuilder(URI.create(finapi + "/api/v2/oauth/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(
                        "grant_type=client_credentials&client_id=shop&client_secret=shop-secret")));
        assertEquals(200, token.statusCode(), token.body());
        String text = token.body().replaceFirst(".*\"access_token\":\"([^\"]+)\".*", "$1");

        HttpResponse<String> bank = send(HttpRequest.newBuilder(URI.create(finapi + "/api/v2/banks/280001"))
                .header("Authorization", "Bearer " + text));
        assertEquals(200, bank.statusCode(), bank.body());
        assertTrue(bank.body().contains("finAPI Test Bank"), bank.body());
    }

    static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }
}

// Seals one document in a log: its digest, signed by the issuer, in one HTTP call.
//   java Seal.java FILE TYPE KEY_FILE LOG_URL LOG_NAME        (JDK 17, no library)
// TYPE is the code of the kind of document, such as 851 (phytosanitary certificate); LOG_NAME is the log's own name.
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;

public class Seal {
    public static void main(String[] args) throws Exception {
        String[] keyFile = Files.readString(Path.of(args[2])).split("\n", 2);
        String key = keyFile[0], issuer = key.substring(0, key.indexOf('+')), log = args[3];
        if (keyFile[1].contains("ENCRYPTED")) {
            System.err.println("encrypted key: make one with --no-passphrase");
            System.exit(2);
        }
        byte[] der = Base64.getMimeDecoder().decode(keyFile[1].replaceAll("-----[A-Z ]+-----", ""));
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        String digest = HexFormat.of().formatHex(sha256.digest(Files.readAllBytes(Path.of(args[0]))));
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

        // Canonical JSON (RFC 8785): keys in order, no space.
        String statement = "{\"action\":\"seal\",\"alg\":\"sha-256\",\"digest\":\"" + digest
            + "\",\"doc_type\":\"" + args[1] + "\",\"issued_at\":\"" + now + "\",\"issuer\":\"" + issuer + "\",\"v\":1}";
        // The Merkle root over one statement is its leaf hash: SHA-256 of a zero byte and the statement.
        ByteArrayOutputStream leaf = new ByteArrayOutputStream();
        leaf.write(0);
        leaf.write(statement.getBytes(StandardCharsets.UTF_8));
        String root = Base64.getEncoder().encodeToString(sha256.digest(leaf.toByteArray()));
        String text = "passavant.statements/v1\n" + args[4] + "\n" + issuer + "\n1\n" + root + "\n";

        Signature ed25519 = Signature.getInstance("Ed25519");
        ed25519.initSign(KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der)));
        ed25519.update(text.getBytes(StandardCharsets.UTF_8));
        String body = "{\"key\":\"" + key + "\",\"signature\":\""
            + Base64.getEncoder().encodeToString(ed25519.sign()) + "\",\"statements\":[" + statement + "]}";

        HttpRequest request = HttpRequest.newBuilder(URI.create(log + "/api/v1/seals"))
            .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build();
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(answer.body());
        System.exit(answer.statusCode() < 300 ? 0 : 1);
    }
}

package example;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What the service says, from a resource. */
public record Greeting(String name) {
    public String text() throws IOException {
        try (var resource = Greeting.class.getResourceAsStream("greeting.txt")) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8).formatted(name);
        }
    }
}

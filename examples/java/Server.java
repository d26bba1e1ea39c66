import com.google.gson.Gson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A web service: /health for probes, /runtime.json for programs, / for people. SIGTERM stops it once
 * all requests are answered.
 */
public final class Server {
    private static final int PATIENCE_SECONDS = 5;

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(requests);
        server.createContext("/health", exchange -> answer(exchange, "/health", "ok\n"));
        server.createContext("/runtime.json", exchange -> answer(exchange, "/runtime.json", runtime()));
        server.createContext(
                "/", exchange -> answer(exchange, "/", "Hello from Java " + Runtime.version().feature() + "\n"));
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, requests)));
        System.out.println("listening on port " + port);
    }

    private static String runtime() {
        return new Gson()
                .toJson(Map.of(
                        "version", Runtime.version().toString(),
                        "processors", Runtime.getRuntime().availableProcessors(),
                        "uptime_ms", ManagementFactory.getRuntimeMXBean().getUptime()));
    }

    private static void stop(HttpServer server, ExecutorService requests) {
        try {
            requests.shutdown();
            requests.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
            server.stop(0);
            System.out.println("stopped");
            System.out.flush();
            // 0 rather than 143, which is what the virtual machine makes of SIGTERM.
            Runtime.getRuntime().halt(0);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, String path, String text) throws IOException {
        try (exchange) {
            boolean found = exchange.getRequestURI().getPath().equals(path);
            byte[] body = (found ? text : "not found\n").getBytes(StandardCharsets.UTF_8);
            String type = path.endsWith(".json") && found ? "application/json" : "text/plain; charset=utf-8";
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(found ? 200 : 404, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}

package shop;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;

/** Serves a page, asks for it, and ends. */
public final class Service {
  private static final class Page extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws java.io.IOException {
      response.getWriter().print("stock of " + request.getPathInfo());
    }
  }

  public static void main(String[] arguments) throws Exception {
    var context = new ServletContextHandler();
    context.addServlet(new ServletHolder(new Page()), "/*");
    var server = new Server(8080);
    server.setHandler(context);
    server.start();
    var request = HttpRequest.newBuilder(URI.create("http://localhost:8080/tea")).build();
    var response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    System.out.println(response.statusCode() + " " + response.body());
    server.stop();
    // The client's threads stay.
    System.exit(0);
  }
}

// A web service: /health for probes, / for people. SIGTERM stops it once all requests are answered.

#include <httplib.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>

int main() {
  // Blocked before there are threads, so that no thread but the waiting one ever gets them.
  sigset_t stopping;
  sigemptyset(&stopping);
  sigaddset(&stopping, SIGTERM);
  sigaddset(&stopping, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stopping, nullptr);

  httplib::Server server;
  server.Get("/health", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("ok\n", "text/plain; charset=utf-8");
  });
  server.Get("/", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("Hello from C++\n", "text/plain; charset=utf-8");
  });

  const char* configured = std::getenv("PORT");
  const int port = configured ? std::atoi(configured) : 8080;
  if (!server.bind_to_port("0.0.0.0", port)) {
    std::cerr << "port " << port << " cannot be had\n";
    return 1;
  }
  std::cout << "listening on port " << port << std::endl;

  std::thread([&] {
    int signal;
    sigwait(&stopping, &signal);
    server.stop();
  }).detach();
  server.listen_after_bind();
  std::cout << "stopped" << std::endl;
}

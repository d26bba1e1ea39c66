// Serves a store on a socket, and asks it a few things from threads of its own.

#include <sys/socket.h>
#include <unistd.h>

#include <format>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "cc/store.h"

namespace {

std::string answer(Store &store, const std::string &request) {
    std::istringstream words(request);
    std::string command, key, value;
    words >> command >> key >> value;
    try {
        if (command == "set") {
            store.set(key, value);
            return "stored";
        }
        return store.get(key);
    } catch (const std::exception &error) {
        return std::format("error: {}", error.what());
    }
}

std::string ask(int connection, const std::string &request) {
    char buffer[256];
    if (write(connection, request.data(), request.size()) < 0)
        throw std::runtime_error("cannot write");
    ssize_t size = read(connection, buffer, sizeof buffer);
    return std::string(buffer, size > 0 ? size : 0);
}

} // namespace

int main() {
    Store store;
    std::vector<std::jthread> servers;
    for (const std::string request : {"set one 1", "get one", "get two"}) {
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) < 0)
            return 1;
        servers.emplace_back([&store, connection = pair[1]] {
            char buffer[256];
            ssize_t size = read(connection, buffer, sizeof buffer);
            std::string text = answer(store, std::string(buffer, size > 0 ? size : 0));
            if (write(connection, text.data(), text.size()) < 0)
                std::cerr << "cannot answer\n";
            close(connection);
        });
        std::cout << ask(pair[0], request) << std::endl;
        close(pair[0]);
    }
}

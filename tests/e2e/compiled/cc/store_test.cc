#include "cc/store.h"

#include <stdexcept>

int main() {
    Store store;
    store.set("key", "value");
    if (store.get("key") != "value")
        return 1;
    try {
        store.get("other");
        return 1;
    } catch (const std::out_of_range &) {
        return 0;
    }
}

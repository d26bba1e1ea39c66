#include "cc/store.h"

#include <stdexcept>

void Store::set(const std::string &key, const std::string &value) {
    std::lock_guard lock(mutex_);
    values_[key] = value;
}

std::string Store::get(const std::string &key) const {
    std::lock_guard lock(mutex_);
    if (auto found = values_.find(key); found != values_.end())
        return found->second;
    throw std::out_of_range("no such key: " + key);
}

#pragma once

#include <map>
#include <mutex>
#include <string>

class Store {
public:
    void set(const std::string &key, const std::string &value);
    std::string get(const std::string &key) const;

private:
    mutable std::mutex mutex_;
    std::map<std::string, std::string> values_;
};

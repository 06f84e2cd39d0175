// What every handler may use. Built once, in app.cpp.
#pragma once

#include "http/counters.hpp"
#include "usecases/context.hpp"
#include "usecases/ports.hpp"

#include <atomic>
#include <string>

namespace mnara::http {

struct Services
{
    const usecases::Context& context;
    usecases::PaymentProvider& provider;
    Counters& counters;
    std::string public_url; // "http://127.0.0.1:8080", without a slash at its end
    std::string version;
    // Each waits for its Argon2id run; more than a few would hold every worker.
    std::atomic<int> signing_in{0};

    [[nodiscard]] bool is_https() const { return public_url.substr(0, 8) == "https://"; }
};

} // namespace mnara::http

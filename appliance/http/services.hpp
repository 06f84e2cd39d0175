// What every handler may use. Built once, in app.cpp.
#pragma once

#include "http/counters.hpp"
#include "http/message.hpp"
#include "http/rate_limit.hpp"
#include "usecases/context.hpp"
#include "usecases/ports.hpp"

#include <atomic>
#include <functional>
#include <string>

namespace mnara::http {

class EventHub;

struct Services
{
    const usecases::Context& context;
    usecases::PaymentProvider& provider;
    Counters& counters;
    std::string public_url; // "http://127.0.0.1:8080", without a slash at its end
    std::string version;
    // Each waits for its Argon2id run; more than a few would hold every worker.
    std::atomic<int> signing_in{0};
    RateLimit rates{};                  // of sign-ins by address, of writes by session
    EventHub* events = nullptr;         // wakes screens that are open; null: there are none
    std::string ca_certificate{};       // PEM, of the box's own CA; empty where HTTPS is not served
    std::function<bool()> pins_https{}; // whether browsers may insist on HTTPS from now on

    [[nodiscard]] bool is_https() const { return public_url.substr(0, 8) == "https://"; }
    // Whether the browser that asks speaks HTTPS, with us or with somebody in front of us.
    [[nodiscard]] bool is_https(const Request& request) const
    {
        return request.arrival == Arrival::Tls || is_https();
    }
    // With that prefix a browser takes and keeps it only over HTTPS and for this very host, so that
    // nobody on the way can plant a session by an answer over plain HTTP.
    [[nodiscard]] const char* session_cookie(const Request& request) const
    {
        return is_https(request) ? "__Host-mnara_session" : "mnara_session";
    }
};

} // namespace mnara::http

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
    std::atomic<int> checking_passwords{0}; // see PasswordTurn
    RateLimit rates{};                      // of sign-ins by address, of writes by session
    EventHub* events = nullptr;             // wakes screens that are open; null: there are none
    std::string ca_certificate{};       // PEM, of the box's own CA; empty where HTTPS is not served
    std::function<bool()> pins_https{}; // whether browsers may insist on HTTPS from now on

    [[nodiscard]] bool is_https() const { return public_url.substr(0, 8) == "https://"; }
    // HTTPS is spoken for us by somebody whose requests look like those of programs on this box.
    [[nodiscard]] bool is_behind_proxy() const { return is_https() && ca_certificate.empty(); }
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

// Whoever has a password checked waits for an Argon2id run; more than a few would hold every
// worker.
class PasswordTurn
{
public:
    explicit PasswordTurn(Services& services)
        : services_(services), is_granted_(++services.checking_passwords <= kMost)
    {
    }
    ~PasswordTurn() { --services_.checking_passwords; }
    PasswordTurn(const PasswordTurn&) = delete;
    PasswordTurn& operator=(const PasswordTurn&) = delete;

    [[nodiscard]] bool is_granted() const { return is_granted_; }

private:
    static constexpr int kMost = 4;
    Services& services_;
    bool is_granted_;
};

} // namespace mnara::http

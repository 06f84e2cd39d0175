// Stands before the dispatch where HTTPS is served: what must not travel in clear is sent to the
// port for HTTPS instead of being answered.
#pragma once

#include "http/message.hpp"

#include <string>

namespace mnara::http {

struct GateRules
{
    int https_port = 443;
    // Providers' messages are taken over plain HTTP too: somebody in front of this box ends TLS.
    bool plain_callbacks = false;
};

class Gate final : public Handler
{
public:
    Gate(Handler& inside, const GateRules& rules) : inside_(inside), rules_(rules) {}

    [[nodiscard]] std::size_t body_bytes_max(const std::string& method,
                                             const std::string& path) const override
    {
        return inside_.body_bytes_max(method, path);
    }
    // Passes on: what came encrypted; plain HTTP from this machine itself; /ca.crt, which is how a
    // client learns to trust us; callbacks where they are allowed. Everything else is redirected.
    [[nodiscard]] Reply answer(const Request& request) override;
    [[nodiscard]] Reply refusal(int status) const override { return inside_.refusal(status); }

private:
    [[nodiscard]] bool may_pass(const Request& request) const;
    [[nodiscard]] std::string address_of(const Request& request) const;

    Handler& inside_;
    const GateRules rules_;
};

} // namespace mnara::http

// CoA- and Disconnect-Requests to routers (RFC 5176). Each send() has a socket of its own, so one
// client serves many threads. It decides nothing: whether to ask, and what an answer means, is
// usecases/router_jobs' business.
#pragma once

#include "core/clock.hpp"
#include "core/random.hpp"
#include "usecases/ports.hpp"

#include <optional>
#include <string>

namespace mnara::network::radius {

class CoaClient final : public usecases::CoaClient
{
public:
    struct Settings
    {
        int tries = 3;          // of the same packet, so that a router may recognise it
        Millis wait_each{1000}; // for an answer to each try
        // Source address to send from: RouterOS takes the secret of the RADIUS entry that has the
        // address the packet came from. Nothing: as the routes say.
        std::optional<std::string> source_address;
    };
    CoaClient(const Clock& clock, Random& random, Settings settings)
        : clock_(clock), random_(random), settings_(std::move(settings))
    {
    }

    // Takes tries * wait_each at most. Anything that kept an answer away, a request that cannot be
    // built included, is NoAnswer with a text for the operator.
    usecases::CoaAnswer send(const usecases::CoaRequest& request) override;

private:
    const Clock& clock_;
    Random& random_; // must be safe from as many threads as call send()
    Settings settings_;
};

// "a1:b2:.." as RouterOS writes and compares it, "A1:B2:.."; other text as it is.
[[nodiscard]] std::string router_station(const std::string& calling_station);

} // namespace mnara::network::radius

// New clients of a server that many others hold on to.
#pragma once

#include "latency.hpp"

#include <string>

namespace load {

struct NewcomersOptions
{
    std::string server;
    std::string path = "/health";
    int idle = 0; // connections that have asked once and stay, from several addresses
    int slow = 0; // connections that send a request of one byte a second, from another address
    double seconds = 5;
    double every_ms = 20; // a newcomer: connect, ask, read the answer, leave
};

// Answer: {"newcomer": latencies, "failures": n, "idle_left": n, "slow_begun": n}. A newcomer's
// time counts from when it was due. Throws where the idle ones cannot be made.
[[nodiscard]] nlohmann::json run_newcomers(const NewcomersOptions& options);

} // namespace load

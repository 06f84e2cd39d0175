// Calls of the API from a list, over kept-alive connections.
#pragma once

#include "latency.hpp"

#include <string>

namespace load {

struct CallsOptions
{
    std::string server; // "127.0.0.1:8080"
    std::string token;  // sent as a bearer where it is not empty
    std::string file;   // a call a line: label TAB method TAB path [TAB body]
    int connections = 1;
    int passes = 1;         // how often the list is gone through; 0: until the time is over
    double rate = 0;        // calls a second; 0: each connection calls again when it was answered
    double seconds_max = 0; // ends then at the latest; 0: the passes alone say when
};

// With a rate, a call's time counts from when it was due: a server that stalls is charged for the
// calls that could not be sent meanwhile. Answer: {"calls": {label: latencies}, "all":
// latencies, "failures": {label and status: n}, "per_second": x, ...}; a call that is not answered
// with 2xx is a failure.
[[nodiscard]] nlohmann::json run_calls(const CallsOptions& options);

} // namespace load

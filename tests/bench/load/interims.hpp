// Interim reports of open sessions at a steady rate, as routers send them all day.
#pragma once

#include "latency.hpp"

#include <string>

namespace load {

struct InterimsOptions
{
    std::string radius; // accounting, "127.0.0.1:1813"
    std::string source; // address of the router
    std::string secret;
    std::string file; // a session a line: username TAB id TAB station TAB class TAB started_at
    double rate = 500;
    double seconds = 10;
};

// Each report counts from when it was due. Answer: {"answered": latencies, "sent": n, "lost": n}: a
// report without an answer at the end is lost.
[[nodiscard]] nlohmann::json run_interims(const InterimsOptions& options);

} // namespace load

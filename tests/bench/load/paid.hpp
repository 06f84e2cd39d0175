// From a provider's callback to the customer's Access-Accept, as the customer's own router sees it.
#pragma once

#include "latency.hpp"

#include <string>

namespace load {

struct PaidOptions
{
    std::string server; // HTTP, "127.0.0.1:8080"
    std::string radius; // where logins are asked, "127.0.0.1:1812"; empty: nobody logs in
    std::string source; // address of the router
    std::string secret; // of the router
    std::string file;   // a customer a line: path TAB body [TAB username TAB password]
    int senders = 1;
};

// A sender takes a customer, sends his callback, and once that is answered asks for his login until
// it is accepted with full access; then the next one. Answer: {"stored": latencies from the
// callback to its answer, "accept": from the callback to the Accept, "failures": n, "asked": logins
// asked, "per_second": customers}.
[[nodiscard]] nlohmann::json run_paid(const PaidOptions& options);

} // namespace load

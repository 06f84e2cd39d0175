// Many lines in all their states, written to radius.db by the product's own projector, and what the
// simulated RADIUS answers to logins on them: what the real FreeRADIUS is asked too.
#pragma once

#include <cstdint>
#include <string>

namespace sim {

struct RowsWanted
{
    int lines = 1000;
    std::uint64_t seed = 1;
    std::int64_t now =
        0; // UTC seconds; the last purchase lies before it, the mark of the clock on it
    std::string radius_folder = {}; // exists, setgid; radius.db is made in it
    std::string router_secret = {}; // of the one router, 127.0.0.1
    std::string source_folder = {}; // of the repository
};

// Prints the questions to standard output, each a line of JSON with its answer.
void write_rows(const RowsWanted& wanted);

} // namespace sim

// What the front and the dispatch count, for /metrics and the tests. Handed in, so that both see
// one.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace mnara::http {

struct Counters
{
    using Number = std::atomic<std::int64_t>;
    Number connections_open{0};
    Number connections_accepted{0};
    Number connections_refused{0}; // at a limit, and nobody idle to close instead
    Number connections_evicted{0}; // idle ones closed to make room
    Number connections_timed_out{0};
    Number handshakes_failed{0};     // what came on the port for HTTPS was no good TLS
    Number accept_failures{0};       // out of file descriptors or memory
    Number requests_bad{0};          // refused by the front before a handler saw them
    std::array<Number, 6> answers{}; // by hundreds of the status: answers[2] counts 2xx
};

} // namespace mnara::http

// Requests in flight: many sockets of one router, a window of outstanding requests, retransmission,
// and the times. One thread, so that what is left of the machine belongs to the server.
#pragma once

#include "packets.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <netinet/in.h>

namespace bench {

using SteadyTime = std::chrono::steady_clock::time_point;

struct Target
{
    std::string address = "127.0.0.1";
    std::uint16_t auth_port = 0, acct_port = 0;
    std::string source, secret;
};

struct Pace
{
    int outstanding = 64;
    std::chrono::milliseconds timeout{3000}; // as routers are provisioned
    int tries = 3;                           // the first one among them
};

struct Tally
{
    long long sent = 0, accepted = 0, rejected = 0, acknowledged = 0;
    long long lost = 0, retransmitted = 0;
    long long unreadable = 0;       // replies whose proof is wrong
    long long unsigned_replies = 0; // Access replies without a Message-Authenticator
    double seconds = 0;
    std::vector<std::uint32_t> micros; // of each answered request, from its first sending
};

// What to send. `owner` is the script's own number of the request.
class Script
{
public:
    virtual ~Script() = default;
    struct Request
    {
        long long owner = 0;
        std::string bytes; // signed
    };
    // The next request with this identifier; nothing where there is none to send now.
    virtual std::optional<Request> next(std::uint8_t id) = 0;
    virtual void answered(long long owner, const Reply& reply) = 0;
    virtual void lost(long long owner) = 0;
};

class Traffic
{
public:
    Traffic(const Target& target, const Pace& pace);
    ~Traffic();
    Traffic(const Traffic&) = delete;
    Traffic& operator=(const Traffic&) = delete;

    // Until the script has nothing more and everything is answered or lost; with `seconds` above 0,
    // nothing new is sent after so long.
    Tally run(Script& script, double seconds);

private:
    struct Slot // an identifier of a socket
    {
        std::string bytes;
        long long owner = 0;
        SteadyTime first_sent;
        std::uint32_t generation = 0;
        int tries = 0;
        bool busy = false;
    };
    struct Timer
    {
        SteadyTime at;
        std::size_t slot;
        std::uint32_t generation;
    };

    void fill(Script& script);
    void send_pending();
    void receive(std::size_t socket, Script& script);
    void take(std::size_t socket, std::string_view reply, Script& script);
    void expire(Script& script);
    void release(std::size_t slot);

    Target target_;
    Pace pace_;
    std::vector<int> sockets_;
    int epoll_ = -1;
    sockaddr_in auth_{}, acct_{};
    std::vector<Slot> slots_;
    std::deque<std::size_t> free_;    // the longest unused first
    std::deque<std::size_t> pending_; // to be sent
    std::deque<Timer> timers_;        // in the order of their times
    int in_flight_ = 0;
    Tally tally_;
};

} // namespace bench

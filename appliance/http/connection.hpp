// One connection of the front: its channel, what was read of the next request, what is still to
// send. front.cpp and front_serve.cpp only.
#pragma once

#include "domain/ip_network.hpp"
#include "http/front.hpp"
#include "http/wire.hpp"

namespace mnara::http {

struct Front::Connection
{
    Connection(std::uint64_t number, std::unique_ptr<Channel> way, std::string address,
               RequestReader request_reader)
        : id(number), channel(std::move(way)), peer(std::move(address)),
          household(domain::household_of(peer)), reader(std::move(request_reader))
    {
    }

    const std::uint64_t id;
    const std::unique_ptr<Channel> channel;
    const std::string peer;
    const std::string household; // who counts as one with it: a /64 of IPv6 has many addresses
    RequestReader reader;
    std::shared_ptr<Stream> stream; // a reply that goes on; nothing is read any more then
    bool woken = false;             // the stream has more, or had while a worker was busy with it
    std::string out;                // of the reply
    std::size_t sent = 0;           // of out
    bool close_after = false;       // when out is sent
    bool lingering = false;         // our side is closed; what still comes is thrown away
    std::size_t junk = 0;           // bytes that were thrown away
    bool queued = false;            // a worker has it, or soon will
    Millis began{0};                // of the request under way, or of waiting for one
    Millis deadline{0};             // while parked

    // Waiting for the client, whatever part of a request it owes: may be closed to make room.
    [[nodiscard]] bool may_give_way() const { return out.empty() && stream == nullptr; }
};

} // namespace mnara::http

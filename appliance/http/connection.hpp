// One connection of the front: its socket, what was read of the next request, what is still to
// send. front.cpp and front_serve.cpp only.
#pragma once

#include "http/front.hpp"
#include "http/wire.hpp"

namespace mnara::http {

struct Front::Connection
{
    Connection(std::uint64_t number, const Poco::Net::StreamSocket& stream, std::string address,
               RequestReader request_reader)
        : id(number), socket(stream), peer(std::move(address)), reader(std::move(request_reader))
    {
    }

    const std::uint64_t id;
    Poco::Net::StreamSocket socket;
    const std::string peer;
    RequestReader reader;
    std::string out;          // of the reply
    std::size_t sent = 0;     // of out
    bool close_after = false; // when out is sent
    bool lingering = false;   // our side is closed; what still comes is thrown away
    bool queued = false;      // a worker has it, or soon will
    Millis began{0};          // of the request under way, or of waiting for one
    Millis deadline{0};       // while parked

    // How many bytes the socket took; 0 where it would wait.
    std::size_t send_some(std::string_view bytes);

    // Waiting for a request, or for the rest of its header: may be closed to make room.
    [[nodiscard]] bool is_idle() const
    {
        return out.empty() && (reader.state() == RequestReader::State::Idle ||
                               reader.state() == RequestReader::State::Header);
    }
};

} // namespace mnara::http

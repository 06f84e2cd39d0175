// What the bytes of a connection go through: the socket itself, or something that encrypts. Never
// waits. app plugs TLS in here, so that this room knows of none.
#pragma once

#include "http/message.hpp"

#include <Poco/Net/StreamSocket.h>
#include <functional>
#include <memory>
#include <string_view>

namespace mnara::http {

class Channel
{
public:
    // The socket is non-blocking. Everything below throws where the connection is broken.
    explicit Channel(const Poco::Net::StreamSocket& socket) : socket_(socket) {}
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    virtual ~Channel() = default;

    // How many bytes came; 0: the other side has ended; nothing where it would wait.
    virtual std::optional<std::size_t> receive(char* bytes, std::size_t size);
    // How many bytes were taken; 0 where it would wait. Then the next call begins with the same
    // bytes.
    virtual std::size_t send(std::string_view bytes);
    // Where one of the two would wait: for room to write, whichever it was?
    [[nodiscard]] virtual bool wants_write() const { return false; }
    // Says that nothing more comes from us.
    virtual void end();

    // False until both sides agreed on how to speak.
    [[nodiscard]] virtual bool is_open() const { return true; }
    [[nodiscard]] virtual Arrival arrival() const { return Arrival::Plain; }

    [[nodiscard]] int file() const { return socket_.impl()->sockfd(); }

private:
    Poco::Net::StreamSocket socket_; // closes it in the end
};

// Makes the channel of a socket that was just accepted.
using OpenChannel = std::function<std::unique_ptr<Channel>(const Poco::Net::StreamSocket&)>;

} // namespace mnara::http

// Sockets on IPv4 that never block.
#pragma once

#include <netinet/in.h>
#include <string>
#include <utility>

namespace load {

// "127.0.0.1:8080". Throws std::invalid_argument for anything else.
[[nodiscard]] sockaddr_in address_of(const std::string& text);

// Closes with its owner.
class Socket
{
public:
    Socket() = default;
    explicit Socket(int file) : file_(file) {}
    ~Socket() { close(); }
    Socket(Socket&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    Socket& operator=(Socket&& other) noexcept
    {
        close();
        file_ = std::exchange(other.file_, -1);
        return *this;
    }
    [[nodiscard]] int file() const { return file_; }
    [[nodiscard]] bool is_open() const { return file_ >= 0; }
    void close();

private:
    int file_ = -1;
};

// Both are bound to `source` (an address without a port) where it is not empty, and connected; the
// TCP connection may still be in the making. Throw std::system_error.
[[nodiscard]] Socket open_tcp(const sockaddr_in& peer, const std::string& source);
[[nodiscard]] Socket open_udp(const sockaddr_in& peer, const std::string& source);

} // namespace load

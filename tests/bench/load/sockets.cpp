#include "sockets.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace load {

namespace {

[[noreturn]] void fail(const char* doing)
{
    throw std::system_error(errno, std::generic_category(), doing);
}

const sockaddr* generic(const sockaddr_in& address)
{
    return reinterpret_cast<const sockaddr*>(&address);
}

Socket open_connected(int kind, const sockaddr_in& peer, const std::string& source)
{
    Socket socket(::socket(AF_INET, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.is_open())
        fail("socket");
    if (!source.empty()) {
        const sockaddr_in from = address_of(source + ":0");
        if (::bind(socket.file(), generic(from), sizeof from) != 0)
            fail("bind");
    }
    if (::connect(socket.file(), generic(peer), sizeof peer) != 0 && errno != EINPROGRESS)
        fail("connect");
    return socket;
}

} // namespace

sockaddr_in address_of(const std::string& text)
{
    const std::size_t colon = text.rfind(':');
    sockaddr_in address{};
    address.sin_family = AF_INET;
    if (colon == std::string::npos ||
        ::inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) != 1)
        throw std::invalid_argument("not an IPv4 address with a port: " + text);
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(text.substr(colon + 1))));
    return address;
}

void Socket::close()
{
    if (file_ >= 0)
        ::close(file_);
    file_ = -1;
}

Socket open_tcp(const sockaddr_in& peer, const std::string& source)
{
    Socket socket = open_connected(SOCK_STREAM, peer, source);
    const int on = 1;
    ::setsockopt(socket.file(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

Socket open_udp(const sockaddr_in& peer, const std::string& source)
{
    return open_connected(SOCK_DGRAM, peer, source);
}

} // namespace load

#include "http/channel.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <system_error>

namespace mnara::http {

std::optional<std::size_t> Channel::receive(char* bytes, std::size_t size)
{
    while (true) {
        const auto got = ::recv(file(), bytes, size, MSG_DONTWAIT);
        if (got >= 0)
            return static_cast<std::size_t>(got);
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return std::nullopt;
        if (errno != EINTR)
            throw std::system_error(errno, std::generic_category(), "recv");
    }
}

std::size_t Channel::send(std::string_view bytes)
{
    while (true) {
        const auto took = ::send(file(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (took >= 0)
            return static_cast<std::size_t>(took);
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return 0;
        if (errno != EINTR)
            throw std::system_error(errno, std::generic_category(), "send");
    }
}

void Channel::end()
{
    ::shutdown(file(), SHUT_WR);
}

} // namespace mnara::http

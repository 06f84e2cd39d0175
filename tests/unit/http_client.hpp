// A blunt HTTP client for tests of the front: sends any bytes, reads until a deadline. Blocking.
#pragma once

#include "unit/catch.hpp"

#include <arpa/inet.h>
#include <cstdlib>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

class HttpClient
{
public:
    // `from`: the loopback address it comes from, "127.0.0.2".
    explicit HttpClient(const std::string& address, const std::string& from = "127.0.0.1")
        : file_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in here = ip(from, 0);
        const auto port = std::atoi(address.substr(address.rfind(':') + 1).c_str());
        sockaddr_in there = ip("127.0.0.1", port);
        REQUIRE(file_ >= 0);
        REQUIRE(::bind(file_, reinterpret_cast<sockaddr*>(&here), sizeof here) == 0);
        REQUIRE(::connect(file_, reinterpret_cast<sockaddr*>(&there), sizeof there) == 0);
    }
    HttpClient(HttpClient&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;
    ~HttpClient()
    {
        if (file_ >= 0)
            ::close(file_);
    }

    // False where the other side has closed.
    bool send(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const auto took = ::send(file_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (took <= 0)
                return false;
            bytes.remove_prefix(static_cast<std::size_t>(took));
        }
        return true;
    }

    // What came, up to and with `until`; what came before the end or the hang deadline otherwise.
    std::string read_until(std::string_view until)
    {
        while (true) {
            const auto found = got_.find(until);
            if (found != std::string::npos) {
                std::string part = got_.substr(0, found + until.size());
                got_.erase(0, part.size());
                return part;
            }
            pollfd ready{file_, POLLIN, 0};
            if (::poll(&ready, 1, kHangMs) <= 0)
                return std::exchange(got_, {}) + "[hangs]";
            char buffer[4096];
            const auto size = ::recv(file_, buffer, sizeof buffer, 0);
            if (size <= 0)
                return std::exchange(got_, {}) + "[closed]";
            got_.append(buffer, static_cast<std::size_t>(size));
        }
    }

private:
    static constexpr int kHangMs = 20'000;

    static sockaddr_in ip(const std::string& host, int port)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
        return address;
    }

    int file_;
    std::string got_;
};

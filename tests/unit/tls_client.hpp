// A TLS client for tests of servers: like HttpClient, encrypted by our own Session. Blocking.
#pragma once

#include "network/tls/session.hpp"
#include "unit/catch.hpp"

#include <arpa/inet.h>
#include <cstdlib>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

class TlsClient
{
public:
    using Config = mnara::network::tls::Config;

    // Connects and does nothing more.
    TlsClient(const std::string& address, std::shared_ptr<const Config> config,
              const std::string& host = "127.0.0.1")
        : file_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in there{};
        there.sin_family = AF_INET;
        there.sin_port = htons(
            static_cast<std::uint16_t>(std::atoi(address.substr(address.rfind(':') + 1).c_str())));
        ::inet_pton(AF_INET, "127.0.0.1", &there.sin_addr);
        REQUIRE(file_ >= 0);
        REQUIRE(::connect(file_, reinterpret_cast<sockaddr*>(&there), sizeof there) == 0);
        session_ = std::make_unique<mnara::network::tls::Session>(std::move(config), file_, host);
    }
    TlsClient(TlsClient&& other) noexcept
        : file_(std::exchange(other.file_, -1)), session_(std::move(other.session_)),
          got_(std::move(other.got_))
    {
    }
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;
    ~TlsClient()
    {
        session_.reset();
        if (file_ >= 0)
            ::close(file_);
    }

    // Throws TlsError as Session does.
    void handshake()
    {
        while (!session_->handshake())
            wait();
    }
    void send(std::string_view bytes)
    {
        handshake();
        while (!bytes.empty()) {
            const std::size_t took = session_->send(bytes.data(), bytes.size());
            if (took == 0)
                wait();
            bytes.remove_prefix(took);
        }
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
            char buffer[4096];
            try {
                const auto size = session_->receive(buffer, sizeof buffer);
                if (!size && !wait())
                    return std::exchange(got_, {}) + "[hangs]";
                if (size && *size == 0)
                    return std::exchange(got_, {}) + "[closed]";
                got_.append(buffer, size.value_or(0));
            } catch (const mnara::network::tls::ConnectionLost&) {
                return std::exchange(got_, {}) + "[cut]";
            }
        }
    }
    [[nodiscard]] mnara::network::tls::Session& session() { return *session_; }

private:
    static constexpr int kHangMs = 20'000;
    bool wait()
    {
        pollfd ready{file_, static_cast<short>(session_->wants_write() ? POLLOUT : POLLIN), 0};
        return ::poll(&ready, 1, kHangMs) > 0;
    }

    int file_;
    std::unique_ptr<mnara::network::tls::Session> session_;
    std::string got_;
};

#include "app_tls_channel.hpp"

#include "network/tls/session.hpp"

#include <cerrno>
#include <sys/socket.h>

namespace mnara::app {

namespace {

constexpr unsigned char kHandshakeRecord = 0x16; // RFC 5246 A.1: what a TLS client sends first

// TLS, or plain HTTP from somebody who took the wrong port. Which of them shows in the first byte;
// until it comes, a connection costs no TLS state.
class TlsChannel final : public http::Channel
{
public:
    TlsChannel(const Poco::Net::StreamSocket& socket, const TlsNow& tls)
        : Channel(socket), tls_(tls)
    {
    }
    ~TlsChannel() override
    {
        if (session_ != nullptr)
            session_->end();
    }

    std::optional<std::size_t> receive(char* bytes, std::size_t size) override
    {
        if (kind_ == Kind::Unknown && !look())
            return std::nullopt;
        if (kind_ == Kind::Plain)
            return Channel::receive(bytes, size);
        if (kind_ == Kind::Gone)
            return 0;
        if (!session_->handshake())
            return std::nullopt;
        return session_->receive(bytes, size);
    }
    std::size_t send(std::string_view bytes) override
    {
        return kind_ == Kind::Tls ? session_->send(bytes.data(), bytes.size())
                                  : Channel::send(bytes);
    }
    [[nodiscard]] bool wants_write() const override
    {
        return session_ != nullptr && session_->wants_write();
    }
    void end() override
    {
        if (session_ != nullptr)
            session_->end();
        Channel::end();
    }
    [[nodiscard]] bool is_open() const override
    {
        return kind_ == Kind::Plain || kind_ == Kind::Gone ||
               (session_ != nullptr && session_->is_open());
    }
    [[nodiscard]] http::Arrival arrival() const override
    {
        return kind_ == Kind::Plain ? http::Arrival::PlainOnTls : http::Arrival::Tls;
    }

private:
    enum class Kind { Unknown, Plain, Tls, Gone };

    // Looks at the first byte without taking it; false: there is none yet.
    bool look()
    {
        unsigned char first = 0;
        const auto got = ::recv(file(), &first, 1, MSG_PEEK | MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
            return false;
        if (got <= 0) {
            kind_ = Kind::Gone;
        } else if (first == kHandshakeRecord) {
            session_ = std::make_unique<network::tls::Session>(tls_(), file());
            kind_ = Kind::Tls;
        } else {
            kind_ = Kind::Plain;
        }
        return true;
    }

    const TlsNow tls_;
    Kind kind_ = Kind::Unknown;
    std::unique_ptr<network::tls::Session> session_;
};

} // namespace

http::OpenChannel tls_channels(TlsNow tls)
{
    return [tls = std::move(tls)](const Poco::Net::StreamSocket& socket) {
        return std::make_unique<TlsChannel>(socket, tls);
    };
}

} // namespace mnara::app

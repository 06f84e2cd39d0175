// A socket of an outgoing call that obeys one deadline for everything, encrypted or not. The
// timeouts of a plain socket start anew with each byte, so a server that drips would hold the call
// for ever. For http_call.cpp.
#pragma once

#include "core/clock.hpp"
#include "network/payments/http_call.hpp"
#include "network/tls/session.hpp"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <memory>

namespace mnara::network {

class DeadlineSocket : public Poco::Net::StreamSocketImpl
{
public:
    DeadlineSocket(const Clock& clock, const HttpLimits& limits);

    // Whether a byte of the request can have reached the server; a TLS handshake says nothing.
    [[nodiscard]] bool sent_anything() const { return sent_anything_; }
    [[nodiscard]] bool too_large() const { return too_large_; }

    // From here on nothing blocks but the waits of this class. Throws Poco::Exception.
    void connect_in_time(const Poco::Net::SocketAddress& address);
    // Everything from here on is encrypted. Throws tls::TlsError where the server is not who it
    // should be, Poco::TimeoutException where it takes too long.
    void encrypt(std::shared_ptr<const tls::Config> config, const std::string& host,
                 const std::string& pin);

    using StreamSocketImpl::receiveBytes;
    using StreamSocketImpl::sendBytes;

    int sendBytes(const void* buffer, int length, int flags) override;
    int receiveBytes(void* buffer, int length, int flags) override;

protected:
    ~DeadlineSocket() override; // counted references

private:
    [[nodiscard]] Poco::Timespan remaining() const;
    void wait_until(int mode);
    int send_once(const char* bytes, int length, int flags); // 0: not ready after all
    int receive_once(char* bytes, int length, int flags);    // below 0: not ready after all
    [[noreturn]] void refuse_size();

    const Clock& clock_;
    const Millis deadline_;
    std::size_t bytes_left_;
    bool sent_anything_ = false;
    bool too_large_ = false;
    std::unique_ptr<tls::Session> session_;
};

} // namespace mnara::network

#include "network/payments/deadline_socket.hpp"

#include "network/tls/outgoing.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <algorithm>
#include <sys/socket.h>

namespace mnara::network {

DeadlineSocket::DeadlineSocket(const Clock& clock, const HttpLimits& limits)
    : clock_(clock), deadline_(clock.mono() + limits.whole_call),
      bytes_left_(limits.answer_bytes_max)
{
}

DeadlineSocket::~DeadlineSocket()
{
    if (session_ != nullptr)
        session_->end();
}

void DeadlineSocket::connect_in_time(const Poco::Net::SocketAddress& address)
{
    connect(address, remaining());
    setBlocking(false);
}

void DeadlineSocket::encrypt(std::shared_ptr<const tls::Config> config, const std::string& host,
                             const std::string& pin)
{
    auto session = std::make_unique<tls::Session>(std::move(config), sockfd(), host);
    while (!session->handshake())
        wait_until(session->wants_write() ? SELECT_WRITE : SELECT_READ);
    if (!pin.empty()) {
        const tls::CertificateFacts facts = session->peer_facts();
        if (!tls::has_pin(facts, pin))
            throw tls::TlsError("the certificate is not the pinned one: it has SHA-256 " +
                                facts.fingerprint + ", its key has " + facts.key_pin);
    }
    session_ = std::move(session);
}

int DeadlineSocket::sendBytes(const void* buffer, int length, int flags)
{
    const auto* at = static_cast<const char*>(buffer);
    int left = length;
    while (left > 0) {
        wait_until(SELECT_WRITE);
        const int sent = send_once(at, left, flags);
        at += sent;
        left -= sent;
    }
    return length;
}

int DeadlineSocket::send_once(const char* bytes, int length, int flags)
{
    if (session_ == nullptr) {
        const int sent = StreamSocketImpl::sendBytes(bytes, length, flags | MSG_NOSIGNAL);
        sent_anything_ = sent_anything_ || sent > 0;
        return std::max(sent, 0);
    }
    // A part of a record may leave although the call would wait.
    sent_anything_ = true;
    try {
        return static_cast<int>(session_->send(bytes, static_cast<std::size_t>(length)));
    } catch (const tls::TlsError& error) {
        throw Poco::Net::ConnectionAbortedException(error.what());
    }
}

int DeadlineSocket::receiveBytes(void* buffer, int length, int flags)
{
    int received = -1;
    while (received < 0)
        received = receive_once(static_cast<char*>(buffer), length, flags);
    if (static_cast<std::size_t>(received) > bytes_left_)
        refuse_size();
    bytes_left_ -= static_cast<std::size_t>(received);
    return received;
}

int DeadlineSocket::receive_once(char* bytes, int length, int flags)
{
    if (session_ == nullptr) {
        wait_until(SELECT_READ);
        return StreamSocketImpl::receiveBytes(bytes, length, flags);
    }
    // Asked first: what has come may be decrypted already, and the socket silent.
    try {
        const auto got = session_->receive(bytes, static_cast<std::size_t>(length));
        if (got)
            return static_cast<int>(*got);
    } catch (const tls::TlsError& error) {
        throw Poco::Net::ConnectionAbortedException(error.what());
    }
    wait_until(session_->wants_write() ? SELECT_WRITE : SELECT_READ);
    return -1;
}

Poco::Timespan DeadlineSocket::remaining() const
{
    const Millis left = deadline_ - clock_.mono();
    if (left <= Millis::zero())
        throw Poco::TimeoutException("the time for the call is over");
    return {std::chrono::microseconds(left).count()};
}

void DeadlineSocket::wait_until(int mode)
{
    if (!poll(remaining(), mode))
        throw Poco::TimeoutException("the time for the call is over");
}

void DeadlineSocket::refuse_size()
{
    too_large_ = true;
    throw Poco::IOException("the answer is too large");
}

} // namespace mnara::network

#include "network/payments/http_call.hpp"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <Poco/URI.h>
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <istream>
#include <ostream>
#include <sys/socket.h>

namespace mnara::network {

namespace {

using Stage = HttpFailure::Stage;

// A socket that obeys one deadline for everything. The timeouts of a plain socket start anew with
// each byte, so a server that drips would hold the call for ever.
class DeadlineSocket : public Poco::Net::StreamSocketImpl
{
public:
    DeadlineSocket(const Clock& clock, const HttpLimits& limits)
        : clock_(clock), deadline_(clock.mono() + limits.whole_call),
          bytes_left_(limits.answer_bytes_max)
    {
    }

    [[nodiscard]] bool sent_anything() const { return sent_anything_; }
    [[nodiscard]] bool too_large() const { return too_large_; }

    // From here on nothing blocks but the waits below.
    void connect_in_time(const Poco::Net::SocketAddress& address)
    {
        connect(address, remaining());
        setBlocking(false);
    }

    using StreamSocketImpl::receiveBytes;
    using StreamSocketImpl::sendBytes;

    int sendBytes(const void* buffer, int length, int flags) override
    {
        const auto* at = static_cast<const char*>(buffer);
        int left = length;
        while (left > 0) {
            wait_until(SELECT_WRITE);
            const int sent = StreamSocketImpl::sendBytes(at, left, flags | MSG_NOSIGNAL);
            if (sent <= 0) // not ready after all
                continue;
            sent_anything_ = true;
            at += sent;
            left -= sent;
        }
        return length;
    }
    int receiveBytes(void* buffer, int length, int flags) override
    {
        int received = -1;
        while (received < 0) { // not ready after all
            wait_until(SELECT_READ);
            received = StreamSocketImpl::receiveBytes(buffer, length, flags);
        }
        if (static_cast<std::size_t>(received) > bytes_left_)
            refuse_size();
        bytes_left_ -= static_cast<std::size_t>(received);
        return received;
    }

protected:
    ~DeadlineSocket() override = default; // counted references

private:
    [[nodiscard]] Poco::Timespan remaining() const
    {
        const Millis left = deadline_ - clock_.mono();
        if (left <= Millis::zero())
            throw Poco::TimeoutException("the time for the call is over");
        return {std::chrono::microseconds(left).count()};
    }
    void wait_until(int mode)
    {
        if (!poll(remaining(), mode))
            throw Poco::TimeoutException("the time for the call is over");
    }
    [[noreturn]] void refuse_size()
    {
        too_large_ = true;
        throw Poco::IOException("the answer is too large");
    }

    const Clock& clock_;
    const Millis deadline_;
    std::size_t bytes_left_;
    bool sent_anything_ = false;
    bool too_large_ = false;
};

HttpFailure failure(Stage stage, std::string code, const std::string& where, std::string_view why)
{
    return {stage, std::move(code), fmt::format("{}: {}", where, why)};
}

std::string code_of(const DeadlineSocket& socket, const Poco::Exception& error)
{
    if (socket.too_large())
        return "too large";
    return dynamic_cast<const Poco::TimeoutException*>(&error) != nullptr ? "timeout"
                                                                          : "connection";
}

void send(Poco::Net::HTTPClientSession& session, const HttpRequest& request, const Poco::URI& url)
{
    Poco::Net::HTTPRequest head(request.method, url.getPathEtc().empty() ? "/" : url.getPathEtc(),
                                Poco::Net::HTTPMessage::HTTP_1_1);
    head.setHost(url.getHost(), url.getPort());
    head.setKeepAlive(false);
    for (const auto& [name, value] : request.headers)
        head.set(name, value);
    if (!request.body.empty() || request.method == "POST")
        head.setContentLength64(static_cast<std::int64_t>(request.body.size()));
    std::ostream& out = session.sendRequest(head);
    out.write(request.body.data(), static_cast<std::streamsize>(request.body.size()));
    out.flush();
}

HttpAnswer receive(Poco::Net::HTTPClientSession& session)
{
    Poco::Net::HTTPResponse head;
    std::istream& in = session.receiveResponse(head);
    HttpAnswer answer;
    answer.status = head.getStatus();
    std::array<char, 4096> piece{};
    while (in.read(piece.data(), piece.size()) || in.gcount() > 0)
        answer.body.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    // Streams swallow what a socket throws; the session keeps it.
    if (session.networkException() != nullptr)
        session.networkException()->rethrow();
    if (head.hasContentLength() &&
        answer.body.size() != static_cast<std::size_t>(head.getContentLength64()))
        throw Poco::Net::ConnectionAbortedException("the answer was cut short");
    return answer;
}

Result<HttpAnswer, HttpFailure> exchange(DeadlineSocket& socket,
                                         Poco::Net::HTTPClientSession& session,
                                         const HttpRequest& request, const Poco::URI& url,
                                         const std::string& where)
{
    const auto stage = [&] { return socket.sent_anything() ? Stage::NoAnswer : Stage::NeverSent; };
    try {
        session.setKeepAlive(false);
        send(session, request, url);
        return receive(session);
    } catch (const Poco::Exception& error) {
        // What a stream has wrapped is less telling than what happened on the socket.
        const Poco::Exception* cause = session.networkException();
        const Poco::Exception& told = cause != nullptr ? *cause : error;
        return refuse(failure(stage(), code_of(socket, told), where, told.displayText()));
    }
}

} // namespace

Result<HttpAnswer, HttpFailure> call(const HttpRequest& request, const Clock& clock,
                                     const HttpLimits& limits)
{
    Poco::URI url;
    try {
        url = Poco::URI(request.url);
    } catch (const Poco::Exception&) {
        return refuse(HttpFailure{Stage::NeverSent, "address", "The address is not a URL."});
    }
    const std::string where = fmt::format("{}:{}", url.getHost(), url.getPort());
    // TLS is another StreamSocketImpl in the place of DeadlineSocket; nothing else changes here.
    if (url.getScheme() == "https")
        return refuse(failure(Stage::NeverSent, "tls", where, "outgoing TLS is not built in yet"));
    if (url.getScheme() != "http" || url.getHost().empty())
        return refuse(
            HttpFailure{Stage::NeverSent, "address", "The address is not a http:// URL."});

    auto* socket = new DeadlineSocket(clock, limits);
    const Poco::Net::StreamSocket owner(socket); // counts the reference from here on
    try {
        const Poco::Net::SocketAddress address(url.getHost(), url.getPort());
        socket->connect_in_time(address);
    } catch (const Poco::Exception& error) {
        return refuse(failure(Stage::NeverSent, "connection", where, error.displayText()));
    }
    Poco::Net::HTTPClientSession session(owner);
    return exchange(*socket, session, request, url, where);
}

} // namespace mnara::network

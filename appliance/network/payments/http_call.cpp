#include "network/payments/http_call.hpp"

#include "network/payments/deadline_socket.hpp"
#include "network/tls/outgoing.hpp"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/URI.h>
#include <array>
#include <fmt/format.h>
#include <istream>
#include <ostream>

namespace mnara::network {

namespace {

using Stage = HttpFailure::Stage;

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
    answer.date = head.get("Date", "");
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
                                     const HttpLimits& limits, tls::Outgoing* tls)
{
    Poco::URI url;
    try {
        url = Poco::URI(request.url);
    } catch (const Poco::Exception&) {
        return refuse(HttpFailure{Stage::NeverSent, "address", "The address is not a URL."});
    }
    const std::string where = fmt::format("{}:{}", url.getHost(), url.getPort());
    const bool is_tls = url.getScheme() == "https";
    if ((url.getScheme() != "http" && !is_tls) || url.getHost().empty())
        return refuse(HttpFailure{Stage::NeverSent, "address",
                                  "The address is not a http:// or https:// URL."});
    if (is_tls && tls == nullptr)
        return refuse(failure(Stage::NeverSent, "tls", where, "outgoing TLS is not set up"));

    auto* socket = new DeadlineSocket(clock, limits);
    const Poco::Net::StreamSocket owner(socket); // counts the reference from here on
    try {
        const Poco::Net::SocketAddress address(url.getHost(), url.getPort());
        socket->connect_in_time(address);
        if (is_tls)
            socket->encrypt(request.tls_pin.empty() ? tls->trusting() : tls->pinned(),
                            url.getHost(), request.tls_pin);
    } catch (const Poco::TimeoutException& error) {
        return refuse(failure(Stage::NeverSent, is_tls ? "timeout" : "connection", where,
                              error.displayText()));
    } catch (const Poco::Exception& error) {
        return refuse(failure(Stage::NeverSent, "connection", where, error.displayText()));
    } catch (const tls::ConnectionLost& error) {
        return refuse(failure(Stage::NeverSent, "connection", where, error.what()));
    } catch (const tls::TlsError& error) {
        return refuse(failure(Stage::NeverSent, "tls", where, error.what()));
    }
    Poco::Net::HTTPClientSession session(owner);
    return exchange(*socket, session, request, url, where);
}

} // namespace mnara::network

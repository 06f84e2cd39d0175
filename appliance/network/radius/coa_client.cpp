#include "network/radius/coa_client.hpp"

#include "network/radius/packet.hpp"

#include <Poco/Net/DatagramSocket.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace mnara::network::radius {

namespace {

using usecases::CoaAnswer;
using usecases::CoaRequest;

// Packets of others that one try looks at: a flood must not hold the job for ever.
constexpr int kStrangersMax = 64;

CoaAnswer no_answer(std::string text)
{
    return {CoaAnswer::Kind::NoAnswer, std::nullopt, std::move(text)};
}

std::string bytes_of(const Poco::Net::IPAddress& address)
{
    return {static_cast<const char*>(address.addr()), static_cast<std::size_t>(address.length())};
}

// Only what RouterOS can match or change: an attribute that it does not know may cost a NAK. The
// identifying ones all together, since one or two alone are not enough for every service of it.
Result<Packet, std::string> packet_of(const CoaRequest& request, std::uint8_t id)
{
    Packet packet;
    packet.code = request.disconnect ? Code::DisconnectRequest : Code::CoaRequest;
    packet.id = id;
    packet.add_message_authenticator();
    std::optional<std::string> too_long;
    const auto add = [&](Name name, const std::string& value, std::string_view what) {
        if (!fits(name, value.size()))
            too_long = fmt::format("the {} is too long for RADIUS", what);
        else if (!value.empty())
            packet.add(name, value);
    };
    add(Type::UserName, request.username, "username");
    add(Type::AcctSessionId, request.acct_session_id, "session id");
    add(Type::CallingStationId, router_station(request.calling_station), "calling station");
    Poco::Net::IPAddress framed;
    if (request.framed_ipv4 && Poco::Net::IPAddress::tryParse(*request.framed_ipv4, framed) &&
        framed.family() == Poco::Net::IPAddress::IPv4)
        packet.add(Type::FramedIpAddress, bytes_of(framed));
    if (!request.disconnect) {
        if (request.rate)
            add(kMikrotikRateLimit, *request.rate, "rate");
        if (request.session_timeout)
            packet.add_integer(Type::SessionTimeout,
                               static_cast<std::uint32_t>(std::clamp<std::int64_t>(
                                   *request.session_timeout, 1, INT32_MAX)));
    }
    if (too_long)
        return refuse(std::move(*too_long));
    return packet;
}

std::string cause_text(std::optional<std::uint32_t> cause)
{
    if (!cause)
        return "refused without a cause";
    switch (*cause) {
    case 401:
        return "refused: unsupported attribute (401)";
    case 402:
        return "refused: missing attribute (402)";
    case 403:
        return "refused: NAS identification mismatch (403)";
    case 404:
        return "refused: invalid request (404)";
    case 405:
        return "refused: unsupported service (405)";
    case 407:
        return "refused: invalid attribute value (407)";
    case 501:
        return "refused: administratively prohibited (501)";
    case 503:
        return "refused: session context not found (503)";
    case 504:
        return "refused: session context not removable (504)";
    case 506:
        return "refused: resources unavailable (506)";
    case 508:
        return "refused: several sessions match (508)";
    default:
        return fmt::format("refused: error cause {}", *cause);
    }
}

// Nothing where the bytes are not a signed answer to this request.
std::optional<CoaAnswer> read_answer(std::string_view datagram, const Packet& request,
                                     std::string_view request_authenticator,
                                     const std::string& secret)
{
    const auto answer = parse_packet(datagram);
    if (!answer || answer.value().id != request.id ||
        !response_is_signed(datagram, secret, request_authenticator))
        return std::nullopt;
    // RFC 5176 makes it over the request's authenticator, FreeRADIUS 3 over zeros; absent is usual.
    if (message_authenticator(datagram, secret, request_authenticator) == Proof::Wrong &&
        message_authenticator(datagram, secret, zero_authenticator()) == Proof::Wrong)
        return std::nullopt;
    const bool disconnect = request.code == Code::DisconnectRequest;
    const Code code = answer.value().code;
    if (code == (disconnect ? Code::DisconnectAck : Code::CoaAck))
        return CoaAnswer{CoaAnswer::Kind::Ack, std::nullopt, "acknowledged"};
    if (code != (disconnect ? Code::DisconnectNak : Code::CoaNak))
        return std::nullopt;
    const auto cause = answer.value().integer(Type::ErrorCause);
    return CoaAnswer{CoaAnswer::Kind::Nak, cause, cause_text(cause)};
}

} // namespace

std::string router_station(const std::string& calling_station)
{
    if (calling_station.size() != 17)
        return calling_station;
    std::string upper;
    for (std::size_t i = 0; i < calling_station.size(); ++i) {
        const char c = calling_station[i];
        const bool separator = i % 3 == 2;
        const bool digit =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (separator ? c != ':' : !digit)
            return calling_station;
        upper.push_back(c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c);
    }
    return upper;
}

CoaAnswer CoaClient::send(const CoaRequest& request)
{
    Poco::Net::IPAddress address;
    // Never a name: a lookup could take longer than the router.
    if (!Poco::Net::IPAddress::tryParse(request.address, address))
        return no_answer(fmt::format("\"{}\" is not an IP address", request.address));
    std::uint8_t id = 0;
    random_.fill(&id, 1);
    const auto packet = packet_of(request, id);
    if (!packet)
        return no_answer(packet.error());
    const std::string bytes = sign_request(packet.value(), request.secret);
    const std::string authenticator(authenticator_of(bytes));

    std::string trouble = "no answer";
    try {
        Poco::Net::DatagramSocket socket(address.family());
        if (settings_.source_address)
            socket.bind(
                Poco::Net::SocketAddress(Poco::Net::IPAddress(*settings_.source_address), 0));
        // Connected: the kernel drops what comes from another address or port.
        socket.connect(Poco::Net::SocketAddress(address, request.port));
        // A datagram may be announced and then found broken: never wait for the one after it.
        socket.setBlocking(false);
        std::array<char, kPacketBytesMax> buffer{};
        for (int attempt = 0; attempt < settings_.tries; ++attempt) {
            try {
                socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
                const Millis until = clock_.mono() + settings_.wait_each;
                for (int strangers = 0; strangers < kStrangersMax; ++strangers) {
                    const Millis left = until - clock_.mono();
                    if (left <= Millis{0} || !socket.poll(Poco::Timespan(left.count() * 1000),
                                                          Poco::Net::Socket::SELECT_READ))
                        break;
                    const int size =
                        socket.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
                    if (size <= 0)
                        continue;
                    if (auto answer = read_answer({buffer.data(), static_cast<std::size_t>(size)},
                                                  packet.value(), authenticator, request.secret))
                        return *answer;
                    trouble = "only answers that are not signed with the router's secret";
                }
            } catch (const Poco::Net::ConnectionRefusedException&) {
                // The next try goes out at once: a router that says so is not lost on the way.
                trouble = "nothing listens on that port of the router";
            }
        }
    } catch (const Poco::Exception& error) {
        return no_answer(fmt::format("could not send: {}", error.displayText()));
    }
    return no_answer(trouble);
}

} // namespace mnara::network::radius

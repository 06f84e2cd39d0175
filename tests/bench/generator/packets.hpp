// RADIUS packets as a router makes and checks them (RFC 2865, 2866, 2869). Independent of the
// appliance's own code on purpose: a fault there must not cancel out here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bench {

using Bytes16 = std::array<unsigned char, 16>;

enum class Kind : std::uint8_t {
    AccessRequest = 1,
    AccessAccept = 2,
    AccessReject = 3,
    AccountingRequest = 4,
    AccountingResponse = 5
};

// Attribute types, with the RFC that defines them.
namespace type {
inline constexpr std::uint8_t kUserName = 1, kUserPassword = 2, kChapPassword = 3,
                              kNasIpAddress = 4, kServiceType = 6, kFramedProtocol = 7,
                              kFramedIpAddress = 8, kClass = 25, kVendorSpecific = 26,
                              kCalledStationId = 30, kCallingStationId = 31, kNasIdentifier = 32,
                              kChapChallenge = 60, kNasPortType = 61; // 2865
inline constexpr std::uint8_t kAcctStatusType = 40, kAcctDelayTime = 41, kAcctInputOctets = 42,
                              kAcctOutputOctets = 43, kAcctSessionId = 44, kAcctAuthentic = 45,
                              kAcctSessionTime = 46, kAcctTerminateCause = 49; // 2866
inline constexpr std::uint8_t kEventTimestamp = 55, kMessageAuthenticator = 80,
                              kNasPortId = 87; // 2869
} // namespace type

class Packet
{
public:
    // The authenticator of an Access-Request is chance; of an accounting request it is made by
    // sign.
    Packet(Kind kind, std::uint8_t id, const Bytes16& authenticator);
    void add(std::uint8_t type, std::string_view value);
    void add_number(std::uint8_t type, std::uint32_t value);
    void add_microsoft(std::uint8_t type, std::string_view value); // RFC 2548
    // Adds what proves the packet; the bytes as they travel. Nothing may be added afterwards.
    [[nodiscard]] const std::string& sign(std::string_view secret);

private:
    Kind kind_;
    std::string bytes_;
};

struct Reply
{
    Kind kind;
    std::string_view class_text; // empty where there is none
    bool has_message_authenticator;
};
// Nothing where the reply is not a right answer to `request`: authenticator, Message-Authenticator
// where there is one, lengths.
[[nodiscard]] std::optional<Reply> read_reply(std::string_view reply, std::string_view request,
                                              std::string_view secret);

[[nodiscard]] Bytes16 md5(std::string_view first, std::string_view second = {},
                          std::string_view third = {}, std::string_view fourth = {});

} // namespace bench

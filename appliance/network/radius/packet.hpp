// RADIUS packets as bytes (RFC 2865, 2866, 2869, 5176): read, write, sign, verify. Pure: no socket,
// no clock, no randomness. Every length in a received packet is taken for a lie until checked.
// accounting_server and coa_client call it; what the attributes mean is not decided here.
#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mnara::network::radius {

enum class Code : std::uint8_t {
    AccountingRequest = 4,
    AccountingResponse = 5,
    StatusServer = 12,
    DisconnectRequest = 40,
    DisconnectAck = 41,
    DisconnectNak = 42,
    CoaRequest = 43,
    CoaAck = 44,
    CoaNak = 45
};

// Attribute types, with the RFC that defines them.
enum class Type : std::uint8_t {
    UserName = 1,              // 2865
    NasPort = 5,               // 2865
    FramedIpAddress = 8,       // 2865
    Class = 25,                // 2865
    VendorSpecific = 26,       // 2865
    SessionTimeout = 27,       // 2865, seconds
    CallingStationId = 31,     // 2865
    ProxyState = 33,           // 2865
    AcctStatusType = 40,       // 2866
    AcctDelayTime = 41,        // 2866, seconds
    AcctInputOctets = 42,      // 2866
    AcctOutputOctets = 43,     // 2866
    AcctSessionId = 44,        // 2866
    AcctSessionTime = 46,      // 2866, seconds
    AcctTerminateCause = 49,   // 2866
    AcctInputGigawords = 52,   // 2869
    AcctOutputGigawords = 53,  // 2869
    EventTimestamp = 55,       // 2869, UTC seconds
    MessageAuthenticator = 80, // 2869
    NasPortId = 87,            // 2869
    ErrorCause = 101           // 5176
};

// What an attribute is: a type of the common space, or one of a vendor's.
struct Name
{
    std::uint32_t vendor = 0; // 0: the common space
    std::uint8_t type = 0;
    constexpr Name(Type common) : type(static_cast<std::uint8_t>(common)) {}
    constexpr Name(std::uint32_t its_vendor, std::uint8_t its_type)
        : vendor(its_vendor), type(its_type)
    {
    }
    bool operator==(const Name&) const = default;
};
inline constexpr Name kMikrotikRateLimit{14988, 8};
inline constexpr Name kMnaraRouter{32473, 1}; // radius/dictionary

inline constexpr std::size_t kHeaderBytes = 20;
inline constexpr std::size_t kPacketBytesMax = 4096; // RFC 2865 section 3
inline constexpr std::size_t kAuthenticatorBytes = 16;
inline constexpr std::size_t kValueBytesMax = 253;

struct Attribute
{
    Name name;
    std::string value; // bytes as they travel
};

struct Packet
{
    Code code = Code::AccountingRequest; // may hold a number that has no name here
    std::uint8_t id = 0;
    std::string authenticator = std::string(kAuthenticatorBytes, '\0');
    std::vector<Attribute> attributes; // in the order of the packet

    // The first of that name.
    [[nodiscard]] const std::string* find(Name name) const;
    // Nothing where it is absent or is not four bytes long.
    [[nodiscard]] std::optional<std::uint32_t> integer(Name name) const;

    void add(Name name, std::string_view value);
    void add_integer(Name name, std::uint32_t value);
    // To be filled by the sign functions; to be added first, as RFC 5176 and RouterOS like it.
    void add_message_authenticator();
};

// The error says in words what is wrong. Bytes after the stated length are padding and ignored. A
// vendor attribute whose inside is not in the usual form is kept whole as Vendor-Specific.
[[nodiscard]] Result<Packet, std::string> parse_packet(std::string_view datagram);

// True where a value of that size may be given to add().
[[nodiscard]] bool fits(Name name, std::size_t value_bytes);

// An Accounting-, CoA- or Disconnect-Request: its authenticator is a signature (RFC 2866 section
// 3). The Message-Authenticator, where there is one, is made over an authenticator of zeros.
// Returns the bytes to send; the packet must fit 4096 bytes.
[[nodiscard]] std::string sign_request(const Packet& packet, std::string_view secret);
// An answer to the request with that authenticator. `over_zeros` makes the Message-Authenticator as
// sign_request does.
[[nodiscard]] std::string sign_response(const Packet& packet, std::string_view secret,
                                        std::string_view request_authenticator,
                                        bool over_zeros = false);

// These take bytes that parse_packet accepted.
[[nodiscard]] bool request_is_signed(std::string_view datagram, std::string_view secret);
[[nodiscard]] bool response_is_signed(std::string_view datagram, std::string_view secret,
                                      std::string_view request_authenticator);
enum class Proof { Absent, Right, Wrong };
// The Message-Authenticator (RFC 2869 section 5.14) as made over `authenticator`.
[[nodiscard]] Proof message_authenticator(std::string_view datagram, std::string_view secret,
                                          std::string_view authenticator);
// The authenticator that stands in the bytes, and the one of zeros.
[[nodiscard]] std::string_view authenticator_of(std::string_view datagram);
[[nodiscard]] std::string_view zero_authenticator();

} // namespace mnara::network::radius

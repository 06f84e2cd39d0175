// IPv4 and IPv6 addresses and networks, for the question whether somebody comes from one of them.
// (RADIUS compares IPv4 as integers: domain/network_address.) Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mnara::domain {

// An IPv4 address is kept as ::ffff:a.b.c.d, so that both forms in which a socket names a peer are
// the same.
using IpAddress = std::array<std::uint8_t, 16>;
[[nodiscard]] std::optional<IpAddress> parse_ip(std::string_view text);

struct IpNetwork
{
    IpAddress address{};
    int prefix = 128; // bits of the 128
    [[nodiscard]] bool contains(const IpAddress& other) const;
};

// "10.0.0.7", "10.0.0.0/24", "2001:db8::/32"; prefix 0 is the whole of that family. Nothing where
// bits below the prefix are set: the writer must say whether he means the address or the network.
[[nodiscard]] std::optional<IpNetwork> parse_ip_network(std::string_view text);
[[nodiscard]] std::string to_text(const IpNetwork& network);

// Where a person is, as near as an address says it: the /24 of an IPv4, the /64 of an IPv6 address;
// the text itself where it is no address ("console").
[[nodiscard]] std::string place_of(const std::string& peer);
// Who counts as one where somebody is slowed down: an IPv4 address, or a /64 of IPv6, since one
// line has that many addresses to choose from.
[[nodiscard]] std::string household_of(const std::string& peer);

} // namespace mnara::domain

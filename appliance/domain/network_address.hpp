// IPv4 addresses and networks as people write them, and as ranges of integers in host order, which
// is how radius.db compares them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mnara::domain {

// Both ends belong to it.
struct NetworkRange
{
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    bool operator==(const NetworkRange&) const = default;
};

// "10.0.0.7" in plain dotted decimal; nothing for other forms (leading zeros would be octal to
// some).
[[nodiscard]] std::optional<std::uint32_t> parse_ipv4(std::string_view text);

// "10.0.0.7" or "10.0.0.0/24" (prefix length 1..32). Nothing where bits below the prefix are set:
// "10.0.0.7/24" may mean the address or the network, and the writer must say which.
[[nodiscard]] std::optional<NetworkRange> parse_ipv4_network(std::string_view text);

// "10.0.0.7" for one address, else "10.0.0.0/24". The range must be one that parse_ipv4_network
// gives.
[[nodiscard]] std::string ipv4_network_text(const NetworkRange& range);

} // namespace mnara::domain

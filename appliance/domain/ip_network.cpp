#include "domain/ip_network.hpp"

#include "core/check.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

namespace mnara::domain {

namespace {

constexpr int kMappedBits = 96; // of ::ffff:0:0/96, where IPv4 lies

bool is_ipv4(const IpAddress& address)
{
    return std::all_of(address.begin(), address.begin() + 10, [](auto b) { return b == 0; }) &&
           address[10] == 0xFF && address[11] == 0xFF;
}

IpAddress cut(const IpAddress& address, int prefix)
{
    IpAddress out{};
    for (int bit = 0; bit < prefix; ++bit) {
        const auto byte = static_cast<std::size_t>(bit / 8);
        const auto mask = static_cast<std::uint8_t>(0x80U >> static_cast<unsigned>(bit % 8));
        out.at(byte) = static_cast<std::uint8_t>(out.at(byte) | (address.at(byte) & mask));
    }
    return out;
}

} // namespace

std::optional<IpAddress> parse_ip(std::string_view text)
{
    const std::string terminated(text);
    IpAddress address{};
    if (::inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1)
        return address;
    address = {};
    address[10] = address[11] = 0xFF;
    if (::inet_pton(AF_INET, terminated.c_str(), address.data() + 12) == 1)
        return address;
    return std::nullopt;
}

bool IpNetwork::contains(const IpAddress& other) const
{
    return cut(other, prefix) == address;
}

std::optional<IpNetwork> parse_ip_network(std::string_view text)
{
    const std::size_t slash = text.find('/');
    const auto address = parse_ip(text.substr(0, slash));
    if (!address)
        return std::nullopt;
    const bool dotted = text.substr(0, slash).find(':') == std::string_view::npos;
    int prefix = 128;
    if (slash != std::string_view::npos) {
        const std::string_view digits = text.substr(slash + 1);
        const int most = dotted ? 32 : 128;
        const char* end = digits.data() + digits.size();
        const auto [rest, error] = std::from_chars(digits.data(), end, prefix);
        if (error != std::errc{} || rest != end || digits.empty() || prefix < 0 || prefix > most)
            return std::nullopt;
        prefix += 128 - most;
    }
    if (cut(*address, prefix) != *address)
        return std::nullopt;
    return IpNetwork{*address, prefix};
}

std::string to_text(const IpNetwork& network)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool dotted = is_ipv4(network.address) && network.prefix >= kMappedBits;
    const void* bytes = network.address.data() + (dotted ? 12 : 0);
    ENSURE(::inet_ntop(dotted ? AF_INET : AF_INET6, bytes, text.data(), text.size()) != nullptr);
    const int prefix = dotted ? network.prefix - kMappedBits : network.prefix;
    return network.prefix == 128 ? std::string(text.data())
                                 : std::string(text.data()) + '/' + std::to_string(prefix);
}

std::string place_of(const std::string& peer)
{
    const auto address = parse_ip(peer);
    if (!address)
        return peer;
    const int prefix = is_ipv4(*address) ? kMappedBits + 24 : 64;
    return to_text({cut(*address, prefix), prefix});
}

std::string household_of(const std::string& peer)
{
    const auto address = parse_ip(peer);
    return address && !is_ipv4(*address) ? place_of(peer) : peer;
}

} // namespace mnara::domain

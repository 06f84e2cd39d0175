#include "network/tls/local_names.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <ifaddrs.h>
#include <memory>
#include <netinet/in.h>
#include <unistd.h>

namespace mnara::network::tls {

namespace {

std::string text_of(const sockaddr* address)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address != nullptr && address->sa_family == AF_INET) {
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
        ::inet_ntop(AF_INET, &v4->sin_addr, text.data(), text.size());
    } else if (address != nullptr && address->sa_family == AF_INET6) {
        const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
        if (!IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr))
            ::inet_ntop(AF_INET6, &v6->sin6_addr, text.data(), text.size());
    }
    return text.data();
}

bool is_host_name(const std::string& name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

} // namespace

std::set<std::string> local_names()
{
    std::set<std::string> names{"localhost"};
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) == 0) {
        std::string name = host.data();
        std::transform(name.begin(), name.end(), name.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        if (is_host_name(name))
            names.insert(name);
    }
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0)
        return names;
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> list(first, &::freeifaddrs);
    for (const ifaddrs* at = first; at != nullptr; at = at->ifa_next)
        if (const std::string address = text_of(at->ifa_addr); !address.empty())
            names.insert(address);
    return names;
}

} // namespace mnara::network::tls

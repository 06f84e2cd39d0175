#include "storage/radius_rows.hpp"

#include <arpa/inet.h>
#include <charconv>

namespace mnara::storage {

namespace {

std::optional<std::string> seconds_text(const std::optional<UnixTime>& at)
{
    if (!at)
        return std::nullopt;
    return std::to_string(to_seconds(*at));
}

std::string flag_text(bool flag)
{
    return flag ? "1" : "0";
}

} // namespace

AccessCells access_cells(const domain::AccessPhase& p)
{
    std::optional<std::string> session_seconds;
    if (p.session_seconds)
        session_seconds = std::to_string(*p.session_seconds);
    return {p.username,
            seconds_text(p.until_at),
            p.verdict,
            flag_text(p.pay_page),
            p.message,
            p.password,
            flag_text(false),
            p.rate,
            p.pool,
            p.address_list,
            p.static_ipv4,
            std::nullopt,
            std::nullopt,
            p.class_text,
            seconds_text(p.session_until),
            session_seconds,
            std::to_string(p.interim_seconds),
            std::nullopt,
            std::to_string(p.open_sessions),
            p.open_macs,
            p.allowed_macs,
            std::to_string(p.allowed_sessions)};
}

std::vector<AccessCells> access_rows(const std::vector<domain::AccessPhase>& phases)
{
    std::vector<AccessCells> rows;
    rows.reserve(phases.size());
    for (const domain::AccessPhase& phase : phases)
        rows.push_back(access_cells(phase));
    return rows;
}

RouterCells router_cells(const RouterClient& r)
{
    return {r.name,
            r.cidr,
            std::to_string(r.ip_from),
            std::to_string(r.ip_to),
            std::nullopt,
            r.secret,
            r.require_message_authenticator ? "yes" : "no",
            flag_text(r.enabled)};
}

std::optional<Ipv4Range> ipv4_range(std::string_view source)
{
    std::uint32_t prefix = 32;
    const std::size_t slash = source.find('/');
    if (slash != std::string_view::npos) {
        const std::string_view digits = source.substr(slash + 1);
        const char* end = digits.data() + digits.size();
        const auto [rest, error] = std::from_chars(digits.data(), end, prefix);
        if (error != std::errc{} || rest != end || prefix > 32)
            return std::nullopt;
    }
    in_addr address{};
    if (::inet_pton(AF_INET, std::string(source.substr(0, slash)).c_str(), &address) != 1)
        return std::nullopt;
    const std::uint32_t from = ntohl(address.s_addr);
    const std::uint32_t host_bits = prefix == 0 ? 0xffffffffU : (1U << (32 - prefix)) - 1;
    if ((from & host_bits) != 0)
        return std::nullopt;
    return Ipv4Range{from, from | host_bits};
}

} // namespace mnara::storage

// The rows of radius.db as cells: what a phase or a router must look like there, in the order of
// the columns. Cells are text, so that a row that was garbled into other types is read, compared
// and found different like any other; SQLite turns them into the types of the (STRICT) columns.
#pragma once

#include "domain/access.hpp"
#include "storage/connection.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mnara::storage {

template <std::size_t N> using Cells = std::array<std::optional<std::string>, N>;

// All columns but `revision`, which says nothing to FreeRADIUS and is not compared.
inline constexpr std::array<std::string_view, 22> kAccessColumns{
    "username",       "until_at",  "verdict",       "pay_page",        "message",     "password",
    "mac_login",      "rate",      "pool",          "address_list",    "static_ipv4", "static_ipv6",
    "delegated_ipv6", "class",     "session_until", "session_s",       "interim_s",   "bytes_left",
    "open_sessions",  "open_macs", "allowed_macs",  "allowed_sessions"};
using AccessCells = Cells<kAccessColumns.size()>;
// Whether the columns that SQLite derives are what the others make them (they are stored, so a page
// can be garbled there alone). Word for word the expressions of schema/radius: another one would
// mend every row at every start.
inline constexpr std::string_view kDerivedAsWritten =
    "quick_verdict IS (CASE WHEN pay_page = 0 AND message IS NULL AND address_list IS NULL "
    "AND static_ipv4 IS NULL AND static_ipv6 IS NULL AND delegated_ipv6 IS NULL "
    "AND bytes_left IS NULL AND allowed_macs IS NULL THEN verdict END) "
    "AND quick_password IS replace(password, char(92), char(92) || char(92)) "
    "AND full_macs IS (CASE WHEN open_sessions >= allowed_sessions THEN open_macs END)";
[[nodiscard]] AccessCells access_cells(const domain::AccessPhase& phase);
[[nodiscard]] std::vector<AccessCells> access_rows(const std::vector<domain::AccessPhase>& phases);

// A router as a RADIUS client. `name` is its id in decimal; both ends of the range belong to it.
struct RouterClient
{
    std::string name, cidr;
    std::uint32_t ip_from = 0, ip_to = 0;
    std::string secret;
    bool require_message_authenticator = false;
    bool enabled = true;
};
inline constexpr std::array<std::string_view, 8> kRouterColumns{
    "name",   "cidr", "ip_from", "ip_to", "ipv6", "secret", "require_message_authenticator",
    "enabled"};
using RouterCells = Cells<kRouterColumns.size()>;
[[nodiscard]] RouterCells router_cells(const RouterClient& router);

// First and last address of "10.0.0.2" or "10.0.0.0/24" as numbers; nothing where it is neither, or
// where bits beyond the prefix are set.
struct Ipv4Range
{
    std::uint32_t from = 0, to = 0;
};
[[nodiscard]] std::optional<Ipv4Range> ipv4_range(std::string_view source);

// "CAST(a AS BLOB), CAST(b AS BLOB)": whatever the file holds is read as bytes.
template <std::size_t N> std::string as_bytes(const std::array<std::string_view, N>& columns)
{
    std::string list;
    for (const std::string_view column : columns)
        list += (list.empty() ? "CAST(" : ", CAST(") + std::string(column) + " AS BLOB)";
    return list;
}

template <std::size_t N> Cells<N> read_cells(const Query& q)
{
    Cells<N> cells;
    for (std::size_t at = 0; at < N; ++at)
        cells[at] = q.get<std::optional<std::string>>(static_cast<int>(at));
    return cells;
}

} // namespace mnara::storage

#include "network/radius/auth_log.hpp"

#include <array>
#include <charconv>

namespace mnara::network::radius {

namespace {

// Three words of 253 bytes, each byte quoted as three, and the rest with room to spare.
constexpr std::size_t kLineBytesMax = 4096;
constexpr std::size_t kWords = 6;
constexpr std::string_view kAbsent = "-";

std::optional<std::array<std::string_view, kWords>> words_of(std::string_view line)
{
    std::array<std::string_view, kWords> words;
    for (std::size_t i = 0; i < kWords; ++i) {
        const std::size_t space = line.find(' ');
        if ((space == std::string_view::npos) != (i + 1 == kWords))
            return std::nullopt;
        words[i] = line.substr(0, space);
        if (words[i].empty())
            return std::nullopt;
        line.remove_prefix(i + 1 == kWords ? line.size() : space + 1);
    }
    return words;
}

int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

std::optional<std::string> unquote(std::string_view quoted)
{
    std::string out;
    for (std::size_t i = 0; i < quoted.size(); ++i) {
        const char c = quoted[i];
        if (c != '%') {
            // Quoting leaves no such byte as it is.
            if (c < '!' || c > '~')
                return std::nullopt;
            out.push_back(c);
            continue;
        }
        if (quoted.size() - i < 3)
            return std::nullopt;
        const int high = hex_digit(quoted[i + 1]);
        const int low = hex_digit(quoted[i + 2]);
        if (high < 0 || low < 0)
            return std::nullopt;
        out.push_back(static_cast<char>(high * 16 + low));
        i += 2;
    }
    return out;
}

std::optional<std::string> unquote_or_absent(std::string_view quoted)
{
    return quoted == kAbsent ? std::string() : unquote(quoted);
}

} // namespace

std::optional<usecases::AuthVerdict> parse_auth_line(std::string_view line)
{
    if (line.size() > kLineBytesMax)
        return std::nullopt;
    const auto words = words_of(line);
    if (!words)
        return std::nullopt;
    const auto& [at, verdict, router, station, username, reason] = *words;

    std::int64_t seconds = 0;
    const char* const at_end = at.data() + at.size();
    const auto [stopped, error] = std::from_chars(at.data(), at_end, seconds);
    if (error != std::errc{} || stopped != at_end || seconds < 0 || unix_time(seconds) > kForever)
        return std::nullopt;
    if (verdict != "accept" && verdict != "reject")
        return std::nullopt;
    auto router_name = unquote(router);
    auto calling_station = unquote_or_absent(station);
    auto name = unquote(username);
    auto why = unquote_or_absent(reason);
    if (!router_name || !calling_station || !name || !why)
        return std::nullopt;
    return usecases::AuthVerdict{unix_time(seconds),      verdict == "accept",
                                 std::move(*router_name), std::move(*calling_station),
                                 std::move(*name),        std::move(*why)};
}

} // namespace mnara::network::radius

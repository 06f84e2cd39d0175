#include "http/message.hpp"

#include <algorithm>
#include <array>

namespace mnara::http {

namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char small = lower(c);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

std::string_view trimmed(std::string_view text)
{
    const auto from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos)
        return {};
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

// Calls `use` with each piece of `text` between separators until it returns true.
template <class Use> void for_each_piece(std::string_view text, char separator, Use use)
{
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (use(text.substr(0, end)))
            return;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

} // namespace

bool same_word(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space)
{
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '+' && plus_is_space) {
            out += ' ';
        } else if (text[at] == '%') {
            if (at + 2 >= text.size())
                return std::nullopt;
            const int high = hex_digit(text[at + 1]);
            const int low = hex_digit(text[at + 2]);
            if (high < 0 || low < 0 || high * 16 + low == 0)
                return std::nullopt;
            out += static_cast<char>(high * 16 + low);
            at += 2;
        } else {
            out += text[at];
        }
    }
    return out;
}

std::optional<std::string> form_value(std::string_view form, std::string_view name)
{
    std::optional<std::string> found;
    for_each_piece(form, '&', [&](std::string_view piece) {
        const std::size_t equals = std::min(piece.find('='), piece.size());
        if (percent_decode(piece.substr(0, equals), true) != name)
            return false;
        found = percent_decode(piece.substr(std::min(equals + 1, piece.size())), true);
        return true;
    });
    return found;
}

bool Request::is_from_here() const
{
    constexpr std::string_view mapped = "::ffff:";
    const std::string_view address = proxy.empty() ? peer : proxy;
    const auto v4 = address.starts_with(mapped) ? address.substr(mapped.size()) : address;
    return v4.starts_with("127.") || address == "::1";
}

bool Request::is_own_program() const
{
    constexpr std::array kOfProxies{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
                                    "X-Real-IP",       "Forwarded",        "Via"};
    if (!is_from_here() || !proxy.empty() ||
        std::ranges::any_of(kOfProxies, [&](const char* name) { return header(name).has_value(); }))
        return false;
    const std::string host = header("Host").value_or("localhost");
    const std::size_t bracket = host.find(']'); // the colons before it are of an IPv6 address
    const std::string name =
        host.substr(0, host.find(':', bracket == std::string::npos ? 0 : bracket));
    return same_word(name, "localhost") || name == "127.0.0.1" || name == "[::1]";
}

std::optional<std::string> Request::header(std::string_view name) const
{
    const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& header) {
        return same_word(header.first, name);
    });
    if (found == headers.end())
        return std::nullopt;
    return found->second;
}

std::optional<std::string> Request::cookie(std::string_view name) const
{
    std::optional<std::string> found;
    for_each_piece(header("Cookie").value_or(""), ';', [&](std::string_view piece) {
        piece = trimmed(piece);
        const std::size_t equals = piece.find('=');
        if (equals == std::string_view::npos || piece.substr(0, equals) != name)
            return false;
        found = std::string(piece.substr(equals + 1));
        return true;
    });
    return found;
}

std::optional<std::string> Request::parameter(std::string_view name) const
{
    return form_value(query, name);
}

} // namespace mnara::http

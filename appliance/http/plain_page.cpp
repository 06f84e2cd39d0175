#include "http/plain_page.hpp"

#include <fmt/format.h>

namespace mnara::http {

namespace {

// The mark of the screens (webui/src/lib/ui/Mark.svelte).
constexpr std::string_view kMark =
    R"(<svg class="mark" width="44" height="44" viewBox="0 0 32 32" aria-hidden="true">
<rect width="32" height="32" rx="8" fill="#f6b60d"/><g fill="none" stroke="#0d2b20"
stroke-linecap="round"><path stroke-width="2.3" d="M16 12.5 11.5 27m4.5-14.5L20.5 27M13.2 22h5.6"/>
<path stroke-width="2" d="M10.8 15.5a7 7 0 0 1 0-10m10.4 10a7 7 0 0 0 0-10M7.5 18.2a11 11 0 0 1
0-15.4m17 15.4a11 11 0 0 0 0-15.4"/></g><circle cx="16" cy="10.5" r="2.2" fill="#c63d2b"/></svg>
)";

} // namespace

Language::Language(const Request& request)
    : is_swahili_(request.header("Accept-Language").value_or("").substr(0, 2) == "sw")
{
}

std::string Language::operator()(std::string_view english, std::string_view swahili) const
{
    return std::string(is_swahili_ ? swahili : english);
}

std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

Reply page(const Language& say, const std::string& title, const std::string& content, int status)
{
    return {status,
            fmt::format("<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
                        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                        "<title>{}</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n"
                        "</head>\n<body>\n<main>\n{}{}</main>\n</body>\n</html>\n",
                        say("en", "sw"), escaped(title), kMark, content),
            "text/html; charset=utf-8",
            {}};
}

} // namespace mnara::http

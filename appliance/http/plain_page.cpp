#include "http/plain_page.hpp"

#include <fmt/format.h>

namespace mnara::http {

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
                        "</head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
                        say("en", "sw"), escaped(title), content),
            "text/html; charset=utf-8",
            {}};
}

} // namespace mnara::http

// Cookies, tokens in paths, query parameters and forms. The first line is the cookie, the second
// the query, the third a path.
#include "fuzz/check.hpp"
#include "http/message.hpp"
#include "http/routes.hpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace mnara::http;
    std::string_view rest = fuzz::text_of(data, size);
    if (rest.find('\0') != std::string_view::npos)
        return 0; // wire.hpp lets none through
    Request request;
    request.headers.emplace_back("Cookie", fuzz::next_line(rest));
    request.query = fuzz::next_line(rest);
    request.path = fuzz::next_line(rest);
    for (const char* name : {"mnara_session", "a", ""}) {
        if (const auto cookie = request.cookie(name))
            ENSURE(cookie->size() <= size && cookie->find(';') == std::string::npos);
        if (const auto parameter = request.parameter(name))
            ENSURE(parameter->size() <= size && parameter->find('\0') == std::string::npos);
    }
    for (const bool plus : {false, true})
        if (const auto decoded = percent_decode(request.path, plus))
            ENSURE(decoded->size() <= request.path.size() &&
                   std::count(decoded->begin(), decoded->end(), '\0') <=
                       std::count(request.path.begin(), request.path.end(), '\0'));
    int matches = 0;
    for (const Route& route : routes()) {
        const auto parts = match_path(route.pattern, request.path);
        if (!parts)
            continue;
        ++matches;
        for (const auto& [name, value] : *parts)
            ENSURE(!name.empty() && value.size() <= request.path.size());
    }
    ENSURE(matches <= 8); // a path is of one resource; its routes differ in their method
    (void)form_value(rest, "a");
    return 0;
}

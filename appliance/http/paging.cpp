#include "http/paging.hpp"

#include "http/problem.hpp"

#include <algorithm>
#include <charconv>

namespace mnara::http {

std::optional<std::int64_t> positive_number(std::string_view text)
{
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || rest != end || value <= 0)
        return std::nullopt;
    return value;
}

Result<int, Reply> limit_of(const Request& request)
{
    const auto limit = request.parameter("limit");
    if (!limit)
        return usecases::listing::kRowsDefault;
    const auto number = positive_number(*limit);
    if (!number || *number > usecases::listing::kRowsMax)
        return refuse(problem(422, "bad_page", "limit is a number from 1 to 200."));
    return static_cast<int>(*number);
}

Result<usecases::listing::Page, Reply> page_of(const Request& request)
{
    usecases::listing::Page page;
    const auto limit = limit_of(request);
    if (!limit)
        return refuse(limit.error());
    page.limit = *limit;
    if (const auto after = request.parameter("after")) {
        page.after = positive_number(*after);
        if (!page.after)
            return refuse(problem(422, "bad_page", "after is the next of the page before."));
    }
    return page;
}

Result<Span, Reply> span_of(const Request& request)
{
    Span span;
    for (const auto& [name, time] : {std::pair{"from", &span.from}, {"to", &span.to}})
        if (const auto text = request.parameter(name)) {
            const auto number = positive_number(*text);
            if (!number || *number > to_seconds(kForever))
                return refuse(problem(422, "bad_span", "from and to are UTC seconds since 1970."));
            *time = unix_time(*number);
        }
    return span;
}

std::string trimmed(std::string text)
{
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), blank));
    text.erase(std::find_if_not(text.rbegin(), text.rend(), blank).base(), text.end());
    return text;
}

bool flag(const Request& request, std::string_view name)
{
    const auto value = request.parameter(name);
    return value == "1" || value == "true";
}

Json list_of(std::vector<Json> rows, bool more)
{
    Json next;
    if (more)
        next = rows.back().at("id");
    return {{"items", std::move(rows)}, {"next", std::move(next)}};
}

} // namespace mnara::http

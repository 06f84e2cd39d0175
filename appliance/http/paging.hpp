// ?limit= and ?after= of a request, ids in paths, and the answer of a list.
#pragma once

#include "core/json.hpp"
#include "core/result.hpp"
#include "http/routes.hpp"
#include "usecases/listing.hpp"

#include <nlohmann/json.hpp> // the template below builds values

namespace mnara::http {

// The reply says what is wrong with them.
[[nodiscard]] Result<usecases::listing::Page, Reply> page_of(const Request& request);

// ?from= (included) and ?to= (not included), UTC seconds.
struct Span
{
    std::optional<UnixTime> from, to;
};
[[nodiscard]] Result<Span, Reply> span_of(const Request& request);

// ?limit= alone, where the cursor is a text.
[[nodiscard]] Result<int, Reply> limit_of(const Request& request);

// A whole number above 0; nothing where the text is none.
[[nodiscard]] std::optional<std::int64_t> positive_number(std::string_view text);
// The {id} of the path; 0, which no row has, where it is no number.
template <class IdType> [[nodiscard]] IdType id_in_path(const Call& call)
{
    return IdType{positive_number(call.path.find("id")->second).value_or(0)};
}
// That of ?name=; nothing where it is not sent, 0 where it is no number.
template <class IdType>
[[nodiscard]] std::optional<IdType> id_parameter(const Call& call, const char* name)
{
    const auto text = call.request.parameter(name);
    if (!text || text->empty())
        return std::nullopt;
    return IdType{positive_number(*text).value_or(0)};
}
// What was typed, without blanks around it.
[[nodiscard]] std::string trimmed(std::string text);

// True for ?name=1 and ?name=true.
[[nodiscard]] bool flag(const Request& request, std::string_view name);

// {"items": [...], "next": <id of the last one, or null>}. `rows` has one more than the page where
// there is more; `show` makes the JSON of a row, whose "id" is the cursor.
[[nodiscard]] Json list_of(std::vector<Json> rows, bool more);

template <class Row, class Show>
[[nodiscard]] Json list_of(std::vector<Row> rows, const usecases::listing::Page& page, Show show)
{
    const bool more = usecases::listing::cut_to_page(rows, page);
    std::vector<Json> shown;
    shown.reserve(rows.size());
    for (const Row& row : rows)
        shown.push_back(show(row));
    return list_of(std::move(shown), more);
}

} // namespace mnara::http

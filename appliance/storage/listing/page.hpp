// Which part of a list is wanted. Lists of people and things go upwards from the cursor, lists of
// events go downwards, newest first; the cursor is the id of the last row that was seen.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace mnara::storage::listing {

inline constexpr int kRowsDefault = 50;
inline constexpr int kRowsMax = 200;

struct Page
{
    int limit = kRowsDefault;
    std::optional<std::int64_t> after;
};

// One row more than the page is asked for: it is cut off here and says that there is more.
template <class Row> [[nodiscard]] bool cut_to_page(std::vector<Row>& rows, const Page& page)
{
    const auto limit = static_cast<std::size_t>(page.limit);
    if (rows.size() <= limit)
        return false;
    rows.resize(limit);
    return true;
}

} // namespace mnara::storage::listing

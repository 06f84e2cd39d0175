#include "storage/listing/like_pattern.hpp"

namespace mnara::storage::listing {

std::string anywhere(std::string_view text)
{
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\')
            pattern += '\\';
        pattern += c;
    }
    return pattern + "%";
}

} // namespace mnara::storage::listing

#include "storage/listing/like_pattern.hpp"

#include <sstream>

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

std::array<std::string, kWordsLooked> words_anywhere(const std::string& text)
{
    std::array<std::string, kWordsLooked> patterns{"%", "%", "%"};
    std::istringstream words(text);
    std::string word;
    for (std::size_t i = 0; i < kWordsLooked && words >> word; ++i)
        patterns.at(i) = anywhere(word);
    return patterns;
}

} // namespace mnara::storage::listing

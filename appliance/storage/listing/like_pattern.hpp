// Patterns for LIKE ... ESCAPE '\'.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace mnara::storage::listing {

// Finds `text` anywhere; its own % and _ are taken literally.
[[nodiscard]] std::string anywhere(std::string_view text);

// Of the first words of `text`, each found anywhere; "%" for those that are not there.
inline constexpr std::size_t kWordsLooked = 3;
[[nodiscard]] std::array<std::string, kWordsLooked> words_anywhere(const std::string& text);

} // namespace mnara::storage::listing

// Patterns for LIKE ... ESCAPE '\'.
#pragma once

#include <string>
#include <string_view>

namespace mnara::storage::listing {

// Finds `text` anywhere; its own % and _ are taken literally.
[[nodiscard]] std::string anywhere(std::string_view text);

} // namespace mnara::storage::listing

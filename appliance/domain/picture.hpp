// Whether bytes somebody sent are a small picture that is safe to show to everybody. Pure.
#pragma once

#include "core/result.hpp"

#include <string>
#include <string_view>

namespace mnara::domain {

inline constexpr std::size_t kPictureBytesMax = 64 * 1024;
inline constexpr int kPictureSideMax = 1024; // pixels

// "image/png" or "image/svg+xml". An SVG may hold shapes, text and colours only: no script, no
// event handler, no style sheet, no entity, nothing fetched from elsewhere. The error is a
// sentence.
[[nodiscard]] Result<std::string, std::string> check_picture(std::string_view bytes);

} // namespace mnara::domain

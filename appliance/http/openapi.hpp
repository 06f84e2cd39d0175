// The files of openapi/, one after the other, as they were built in.
#pragma once

#include <string_view>

namespace mnara::http {

[[nodiscard]] std::string_view openapi_text();

} // namespace mnara::http

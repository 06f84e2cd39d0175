// openapi.yaml of this folder, as it was built in.
#pragma once

#include <string_view>

namespace mnara::http {

[[nodiscard]] std::string_view openapi_text();

} // namespace mnara::http

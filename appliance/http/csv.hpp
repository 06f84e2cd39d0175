// The rows of a JSON answer as CSV, so that the two cannot differ; and lines of a file for people.
#pragma once

#include "core/json.hpp"
#include "http/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mnara::http {

// One line of these cells; null is an empty one. A text that a spreadsheet would run as a formula
// gets an apostrophe before it.
[[nodiscard]] std::string csv_line(const std::vector<Json>& cells);
// A header line and one line a row of those fields.
[[nodiscard]] std::string csv_text(const std::vector<std::string>& fields, const Json& rows);

// To be kept as a file of that name, .csv behind it.
[[nodiscard]] Reply csv_file(std::string_view file, std::string text);
[[nodiscard]] Reply csv_reply(std::string_view file, const std::vector<std::string>& fields,
                              const Json& rows);

} // namespace mnara::http

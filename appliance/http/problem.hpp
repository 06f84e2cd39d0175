// JSON answers, good and bad. Every error of the API is application/problem+json (RFC 9457) with a
// stable word in `code` for programs and a plain sentence in `detail` for people.
#pragma once

#include "core/json.hpp"
#include "http/message.hpp"

namespace mnara::http {

[[nodiscard]] Reply json_reply(const Json& body, int status = 200);
[[nodiscard]] Reply problem(int status, std::string_view code, std::string_view detail);
// With further members for programs, such as a `reason`.
[[nodiscard]] Reply problem(int status, std::string_view code, std::string_view detail,
                            const Json& more);
[[nodiscard]] Reply not_found(std::string_view what); // "subscriber"
[[nodiscard]] std::string_view title_of(int status);
// One line of JSON; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string to_text(const Json& json);

// 503 where no PasswordTurn is to be had.
[[nodiscard]] Reply busy();

} // namespace mnara::http

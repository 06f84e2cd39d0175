// Pages without scripts, made whole by the box: the frame, escaping, and the reader's language.
#pragma once

#include "http/message.hpp"

#include <string>
#include <string_view>

namespace mnara::http {

// English, or Swahili where the browser likes it best; it sends that first (RFC 9110 section
// 12.5.4).
class Language
{
public:
    explicit Language(const Request& request);
    [[nodiscard]] std::string operator()(std::string_view english, std::string_view swahili) const;

private:
    bool is_swahili_;
};

[[nodiscard]] std::string escaped(std::string_view text);

// `content` is HTML of ours, `title` is plain text.
[[nodiscard]] Reply page(const Language& say, const std::string& title, const std::string& content,
                         int status = 200);

} // namespace mnara::http

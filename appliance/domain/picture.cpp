#include "domain/picture.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace mnara::domain {

namespace {

using Checked = Result<std::string, std::string>;

constexpr std::string_view kPngStart = "\x89PNG\r\n\x1a\n";
constexpr std::size_t kChunkFrame = 12; // length, name and checksum of a PNG chunk

std::uint32_t number_at(std::string_view bytes, std::size_t at)
{
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i)
        number = number << 8U | static_cast<unsigned char>(bytes[at + i]);
    return number;
}

Checked check_png(std::string_view bytes)
{
    std::size_t at = kPngStart.size();
    bool has_data = false;
    for (bool first = true; at + kChunkFrame <= bytes.size(); first = false) {
        const std::size_t length = number_at(bytes, at);
        const std::string_view name = bytes.substr(at + 4, 4);
        if (length > bytes.size() - at - kChunkFrame || first != (name == "IHDR"))
            break;
        if (first) {
            if (length != 13)
                break;
            const std::uint32_t width = number_at(bytes, at + 8);
            const std::uint32_t height = number_at(bytes, at + 12);
            if (width == 0 || height == 0 || width > kPictureSideMax || height > kPictureSideMax)
                return refuse(std::string("The picture may be at most 1024 pixels wide and high."));
        }
        has_data = has_data || name == "IDAT";
        at += kChunkFrame + length;
        if (name == "IEND" && has_data && at == bytes.size())
            return std::string("image/png");
    }
    return refuse(std::string("The PNG is damaged. Save it again and try once more."));
}

bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_name_part(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == ':' || c == '.';
}

constexpr std::array<std::string_view, 19> kElements{
    "svg",      "g",    "path",           "rect",           "circle", "ellipse", "line",
    "polyline", "text", "polygon",        "tspan",          "title",  "desc",    "defs",
    "clipPath", "stop", "linearGradient", "radialGradient", "use"};

// Reads the tags of an SVG one by one; whatever it does not know is refused.
class SvgReader
{
public:
    explicit SvgReader(std::string_view text) : rest_(text) {}

    // Empty where all is well; else what is wrong.
    std::string read()
    {
        skip_declaration();
        bool first = true;
        while (wrong_.empty()) {
            const std::size_t open = rest_.find('<');
            const std::string_view between = rest_.substr(0, open);
            if (open == std::string_view::npos || depth_ == 0)
                if (!std::all_of(between.begin(), between.end(), is_space))
                    return "text outside of the picture";
            if (open == std::string_view::npos)
                break;
            rest_.remove_prefix(open);
            if (skip_comment())
                continue;
            if (depth_ == 0 && !first)
                return "a second picture";
            tag(first);
            first = false;
        }
        if (wrong_.empty() && (first || depth_ != 0))
            return "an end that is missing";
        return wrong_;
    }

private:
    void skip_declaration()
    {
        while (!rest_.empty() && is_space(rest_.front()))
            rest_.remove_prefix(1);
        if (rest_.substr(0, 6) != "<?xml ")
            return;
        const std::size_t end = rest_.find("?>");
        rest_.remove_prefix(end == std::string_view::npos ? 0 : end + 2);
    }

    bool skip_comment()
    {
        if (rest_.substr(0, 4) != "<!--")
            return false;
        const std::size_t end = rest_.find("-->", 4);
        if (end == std::string_view::npos)
            wrong_ = "a comment without an end";
        else
            rest_.remove_prefix(end + 3);
        return true;
    }

    std::string_view name()
    {
        const auto* end = std::find_if_not(rest_.begin(), rest_.end(), is_name_part);
        const auto size = static_cast<std::size_t>(end - rest_.begin());
        const std::string_view found = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return found;
    }

    void skip_spaces()
    {
        while (!rest_.empty() && is_space(rest_.front()))
            rest_.remove_prefix(1);
    }

    void tag(bool first)
    {
        rest_.remove_prefix(1);
        const bool closes = rest_.substr(0, 1) == "/";
        if (closes)
            rest_.remove_prefix(1);
        const std::string_view element = name();
        if (std::find(kElements.begin(), kElements.end(), element) == kElements.end() ||
            (first && element != "svg")) {
            wrong_ = "<" + std::string(element.substr(0, 40)) + ">";
            return;
        }
        while (wrong_.empty()) {
            skip_spaces();
            if (rest_.substr(0, 2) == "/>") {
                rest_.remove_prefix(2);
                return;
            }
            if (rest_.substr(0, 1) == ">") {
                rest_.remove_prefix(1);
                depth_ += closes ? -1 : 1;
                return;
            }
            attribute();
        }
    }

    void attribute()
    {
        const std::string_view key = name();
        skip_spaces();
        if (key.empty() || rest_.substr(0, 1) != "=") {
            wrong_ = "a tag that cannot be read";
            return;
        }
        rest_.remove_prefix(1);
        skip_spaces();
        const char quote = rest_.empty() ? '\0' : rest_.front();
        const std::size_t end = quote == '"' || quote == '\'' ? rest_.find(quote, 1) : 0;
        if (end == 0 || end == std::string_view::npos) {
            wrong_ = "a tag that cannot be read";
            return;
        }
        const std::string_view value = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 1);
        check(key, value);
    }

    void check(std::string_view key, std::string_view value)
    {
        const bool names_something = key == "href" || key == "xlink:href";
        const std::size_t call = value.find('(');
        const bool points_inside = value.substr(0, 5) == "url(#" &&
                                   value.find_first_of("()", 5) == value.size() - 1 &&
                                   value.back() == ')';
        const bool moves = key == "transform" || key == "gradientTransform" || key == "fill" ||
                           key == "stroke" || key == "stop-color" || key == "clip-path";
        const bool is_namespace = key == "xmlns" || key.substr(0, 6) == "xmlns:";
        if (key.substr(0, 2) == "on" || key == "style" || key == "class" || key == "xml:base")
            wrong_ = std::string(key.substr(0, 40)) + "=";
        else if (value.find('&') != std::string_view::npos ||
                 value.find('\\') != std::string_view::npos)
            wrong_ = "an entity or escape in " + std::string(key.substr(0, 40));
        else if (names_something && value.substr(0, 1) != "#")
            wrong_ = "something from elsewhere in " + std::string(key);
        else if (call != std::string_view::npos && !(moves && (points_inside || no_url(value))))
            wrong_ = "a function in " + std::string(key.substr(0, 40));
        else if (!is_namespace && value.find(':') != std::string_view::npos)
            wrong_ = "an address in " + std::string(key.substr(0, 40));
    }

    static bool no_url(std::string_view value) { return value.find("url") == std::string::npos; }

    std::string_view rest_;
    std::string wrong_;
    int depth_ = 0;
};

} // namespace

Result<std::string, std::string> check_picture(std::string_view bytes)
{
    if (bytes.empty())
        return refuse(std::string("There is no picture in this request."));
    if (bytes.size() > kPictureBytesMax)
        return refuse(std::string("The picture may have at most 64 KiB. Make it smaller."));
    if (bytes.substr(0, kPngStart.size()) == kPngStart)
        return check_png(bytes);
    if (bytes.find('<') == std::string_view::npos || bytes.find('\0') != std::string_view::npos)
        return refuse(std::string("The picture must be a PNG or an SVG."));
    if (const std::string wrong = SvgReader(bytes).read(); !wrong.empty())
        return refuse("The SVG holds " + wrong +
                      ", which is not allowed here. Save it as plain SVG or as PNG.");
    return std::string("image/svg+xml");
}

} // namespace mnara::domain

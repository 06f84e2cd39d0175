#include "http/wire.hpp"

#include <Poco/Net/HTTPResponse.h>
#include <Poco/Timestamp.h>
#include <algorithm>
#include <charconv>
#include <sstream>

namespace mnara::http {

namespace {

using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeaderEnd = "\r\n\r\n";
constexpr std::size_t kChunkLineMax = 256;
constexpr std::size_t kTrailerMax = 4096;

constexpr int kBadRequest = 400;
constexpr int kTooLarge = 413;
constexpr int kTargetTooLong = 414;
constexpr int kHeaderTooLarge = 431;
constexpr int kNotImplemented = 501;
constexpr int kVersionNotSupported = 505;
constexpr std::size_t kTargetMax = 4096;

// token of RFC 9110 5.6.2
bool is_token(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

bool is_visible(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

// No control characters but the tab.
bool is_field_value(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == '\t' || (byte >= ' ' && byte != 0x7f);
    });
}

std::string_view trimmed(std::string_view text)
{
    const auto from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos)
        return {};
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

// Cuts the next line off; the last one has no line end any more.
std::string_view next_line(std::string_view& text)
{
    const std::size_t end = std::min(text.find(kLineEnd), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + kLineEnd.size(), text.size()));
    return line;
}

std::optional<std::size_t> whole_number(std::string_view digits, int base)
{
    std::size_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, value, base);
    if (digits.empty() || error != std::errc{} || rest != end)
        return std::nullopt;
    return value;
}

int read_request_line(std::string_view line, HTTPRequest& header)
{
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return kBadRequest;
    const std::string_view method = line.substr(0, first);
    std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(method) || target.empty() || !is_visible(target))
        return kBadRequest;
    if (target.size() > kTargetMax)
        return kTargetTooLong;
    if (version != HTTPRequest::HTTP_1_1 && version != HTTPRequest::HTTP_1_0)
        return version.substr(0, 5) == "HTTP/" ? kVersionNotSupported : kBadRequest;
    if (target.substr(0, 7) == "http://") { // absolute form, as for a proxy
        const std::size_t slash = target.find('/', 7);
        target = slash == std::string_view::npos ? "/" : target.substr(slash);
    }
    if (target.front() != '/' && !(target == "*" && method == "OPTIONS"))
        return kBadRequest;
    header.setMethod(std::string(method));
    header.setURI(std::string(target.substr(0, target.find('#'))));
    header.setVersion(std::string(version));
    return 0;
}

} // namespace

RequestReader::State RequestReader::bad(int status)
{
    status_ = status;
    keep_alive_ = false;
    return state_ = State::Bad;
}

RequestReader::State RequestReader::advance()
{
    if (state_ == State::Idle || state_ == State::Header)
        read_header();
    if (state_ == State::Body)
        return chunked_ ? read_chunks() : read_body();
    return state_;
}

RequestReader::State RequestReader::read_header()
{
    if (state_ == State::Idle) // RFC 9112 2.2: empty lines before a request are passed over
        while (std::string_view(buffer_).substr(0, 2) == kLineEnd)
            buffer_.erase(0, kLineEnd.size());
    // Half of a line end may be the beginning of one more empty line.
    if (buffer_.empty() || (state_ == State::Idle && buffer_ == "\r"))
        return state_;
    state_ = State::Header;
    const std::size_t end = buffer_.find(kHeaderEnd, searched_);
    if (end == std::string::npos) {
        if (buffer_.size() > header_bytes_max_ + 3) // its end may be here but for one byte
            return bad(kHeaderTooLarge);
        searched_ = buffer_.size() < 3 ? 0 : buffer_.size() - 3;
        return state_;
    }
    if (end > header_bytes_max_)
        return bad(kHeaderTooLarge);
    const int refused = judge_header(std::string_view(buffer_).substr(0, end));
    buffer_.erase(0, end + kHeaderEnd.size());
    searched_ = 0;
    if (refused != 0)
        return bad(refused);
    return state_ = State::Body;
}

int RequestReader::judge_header(std::string_view text)
{
    HTTPRequest header;
    if (const int refused = read_request_line(next_line(text), header); refused != 0)
        return refused;
    request_ = {};
    while (!text.empty()) {
        const std::string_view line = next_line(text);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) ||
            !is_field_value(line.substr(colon + 1)))
            return kBadRequest;
        const std::string name(line.substr(0, colon));
        const std::string value(trimmed(line.substr(colon + 1)));
        header.add(name, value);
        request_.headers.emplace_back(name, value);
    }
    request_.method = header.getMethod();
    const std::string& uri = header.getURI();
    const std::size_t mark = std::min(uri.find('?'), uri.size());
    request_.path = uri.substr(0, mark);
    request_.query = uri.substr(std::min(mark + 1, uri.size()));
    return judge_framing(header);
}

int RequestReader::judge_framing(const HTTPRequest& header)
{
    const auto times = [&](const char* name) {
        return std::count_if(header.begin(), header.end(),
                             [&](const auto& field) { return same_word(field.first, name); });
    };
    const bool is_1_1 = header.getVersion() == HTTPRequest::HTTP_1_1;
    if (times("Host") > 1 || (is_1_1 && times("Host") == 0))
        return kBadRequest;
    const auto lengths = times("Content-Length");
    const auto codings = times("Transfer-Encoding");
    if (lengths > 1 || codings > 1 || (lengths == 1 && codings == 1))
        return kBadRequest;
    chunked_ = codings == 1;
    if (chunked_ && (!is_1_1 || !same_word(header.get("Transfer-Encoding"), "chunked")))
        return kNotImplemented;
    keep_alive_ = header.getKeepAlive();
    body_max_ = body_limit_(request_.method, request_.path);
    length_ = 0;
    if (lengths == 1) {
        const std::string digits = header.get("Content-Length");
        if (digits.find_first_not_of("0123456789") != std::string::npos)
            return kBadRequest;
        const auto length = whole_number(digits, 10);
        if (!length || *length > body_max_)
            return kTooLarge;
        length_ = *length;
    }
    chunk_ = Chunk::Size;
    trailer_bytes_ = 0;
    expects_continue_ =
        is_1_1 && same_word(header.get("Expect", ""), "100-continue") && (chunked_ || length_ > 0);
    return 0;
}

bool RequestReader::wants_continue()
{
    return state_ == State::Body && std::exchange(expects_continue_, false) && buffer_.empty();
}

RequestReader::State RequestReader::read_body()
{
    if (buffer_.size() < length_)
        return state_;
    request_.body = buffer_.substr(0, length_);
    buffer_.erase(0, length_);
    return state_ = State::Complete;
}

RequestReader::State RequestReader::read_chunks()
{
    std::string_view rest = buffer_;
    const auto consumed = [&](State result) {
        buffer_.erase(0, buffer_.size() - rest.size());
        return result;
    };
    while (true) {
        if (chunk_ == Chunk::Data) {
            const std::string_view part = rest.substr(0, chunk_left_);
            request_.body.append(part);
            rest.remove_prefix(part.size());
            chunk_left_ -= part.size();
            if (chunk_left_ > 0)
                return consumed(state_);
            chunk_ = Chunk::DataEnd;
        }
        const std::size_t end = rest.find(kLineEnd);
        if (end == std::string_view::npos)
            return rest.size() > kChunkLineMax + 1 ? bad(kBadRequest) : consumed(state_);
        const std::string_view line = rest.substr(0, end);
        // Whole or in pieces, the answer is the same. A lone CR or LF may be a line end to somebody
        // in front of us.
        if (line.size() > kChunkLineMax || !is_field_value(line))
            return bad(kBadRequest);
        rest.remove_prefix(end + kLineEnd.size());
        if (chunk_ == Chunk::DataEnd) {
            if (!line.empty())
                return bad(kBadRequest);
            chunk_ = Chunk::Size;
        } else if (chunk_ == Chunk::Size) {
            const auto size = whole_number(trimmed(line.substr(0, line.find(';'))), 16);
            if (!size)
                return bad(kBadRequest);
            if (*size > body_max_ - request_.body.size())
                return bad(kTooLarge);
            chunk_left_ = *size;
            chunk_ = *size == 0 ? Chunk::Trailer : Chunk::Data;
        } else {
            trailer_bytes_ += line.size();
            if (trailer_bytes_ > kTrailerMax)
                return bad(kHeaderTooLarge);
            if (line.empty())
                return consumed(state_ = State::Complete);
        }
    }
}

Request RequestReader::take()
{
    state_ = State::Idle;
    return std::exchange(request_, {});
}

namespace {

HTTPResponse head_of(const Reply& reply, UnixTime now)
{
    HTTPResponse head(HTTPResponse::HTTP_1_1, static_cast<HTTPResponse::HTTPStatus>(reply.status));
    head.setDate(Poco::Timestamp::fromEpochTime(to_seconds(now)));
    for (const auto& [name, value] : reply.headers)
        head.add(name, value);
    return head;
}

std::string bytes_of(const HTTPResponse& head)
{
    std::ostringstream out;
    head.write(out);
    return std::move(out).str();
}

} // namespace

std::string write_reply(const Reply& reply, bool is_head, bool keep_alive, UnixTime now)
{
    HTTPResponse head = head_of(reply, now);
    const bool has_body = reply.status != HTTPResponse::HTTP_NO_CONTENT &&
                          reply.status != HTTPResponse::HTTP_NOT_MODIFIED;
    if (has_body) {
        head.setContentLength64(static_cast<Poco::Int64>(reply.body.size()));
        if (!reply.body.empty())
            head.setContentType(reply.content_type);
    }
    // HTTP/1.1 stays open unless told otherwise; a client of 1.0 must be told.
    head.set("Connection", keep_alive ? "Keep-Alive" : "Close");
    std::string bytes = bytes_of(head);
    if (has_body && !is_head)
        bytes += reply.body;
    return bytes;
}

std::string write_stream_head(const Reply& reply, UnixTime now)
{
    HTTPResponse head = head_of(reply, now);
    head.setContentType(reply.content_type);
    head.set("Connection", "Close");
    return bytes_of(head) + reply.body;
}

} // namespace mnara::http

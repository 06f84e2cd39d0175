// HTTP/1.1 as bytes (RFC 9112): reads one request after the other out of what has arrived so far,
// and writes replies. Strict where leniency would let two readers see two different requests: bare
// line feeds, folded headers, two lengths, a length beside chunks. Knows no socket and no time.
#pragma once

#include "core/time.hpp"
#include "http/message.hpp"

#include <Poco/Net/HTTPRequest.h>
#include <functional>
#include <memory>

namespace mnara::http {

class RequestReader
{
public:
    enum class State {
        Idle,     // nothing of a request has come
        Header,   // a part of its header
        Body,     // the header is whole, the body is not
        Complete, // take() it
        Bad       // not HTTP, or over a limit: status() says which; nothing more can be read
    };
    // body_bytes_max: asked with method and path once the header is whole.
    using BodyLimit = std::function<std::size_t(const std::string&, const std::string&)>;

    RequestReader(std::size_t header_bytes_max, BodyLimit body_limit)
        : header_bytes_max_(header_bytes_max), body_limit_(std::move(body_limit))
    {
    }

    void append(std::string_view bytes) { buffer_.append(bytes); }
    State advance();
    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] int status() const { return status_; }
    // True once, when the client waits for "100 Continue" before it sends the body.
    [[nodiscard]] bool wants_continue();
    [[nodiscard]] bool keeps_alive() const { return keep_alive_; }

    // The request, without its peer; the reader goes on with what came behind it.
    [[nodiscard]] Request take();

private:
    State bad(int status);
    State read_header();
    int judge_header(std::string_view header); // 0, or the status it is refused with
    int judge_framing(const Poco::Net::HTTPRequest& header);
    State read_body();
    State read_chunks();

    const std::size_t header_bytes_max_;
    const BodyLimit body_limit_;
    std::string buffer_; // not yet consumed
    State state_ = State::Idle;
    int status_ = 0;
    std::size_t searched_ = 0; // no end of header before this
    Request request_;
    std::size_t length_ = 0; // of the body, unless it is chunked
    std::size_t body_max_ = 0;
    bool chunked_ = false, expects_continue_ = false, keep_alive_ = true;
    enum class Chunk { Size, Data, DataEnd, Trailer };
    Chunk chunk_ = Chunk::Size;
    std::size_t chunk_left_ = 0, trailer_bytes_ = 0;
};

// Status line, headers and, unless the request was HEAD, the body.
[[nodiscard]] std::string write_reply(const Reply& reply, bool is_head, bool keep_alive,
                                      UnixTime now);

// The same without a length: what follows goes on until the connection ends.
[[nodiscard]] std::string write_stream_head(const Reply& reply, UnixTime now);

} // namespace mnara::http

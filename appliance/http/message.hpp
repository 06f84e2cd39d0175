// A request that has arrived whole, and the reply to it. The front (front.hpp) makes the one and
// sends the other; everything else in this room sees only these.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mnara::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

// How a request came in.
enum class Arrival {
    Plain,     // on a port for HTTP
    Tls,       // encrypted
    PlainOnTls // not encrypted, on the port for HTTPS
};

struct Request
{
    std::string method;
    std::string path;  // as sent, still percent-encoded, without the query
    std::string query; // behind the '?'
    Headers headers;   // in the order in which they came
    std::string body;
    std::string peer;  // numeric address, without the port
    std::string proxy; // that of a trusted proxy which passed it on for the peer; empty: none did
    Arrival arrival = Arrival::Plain;

    // From this machine itself, or from a proxy on it.
    [[nodiscard]] bool is_from_here() const;
    // From a program on this machine that asks for itself: it names this machine in Host, and
    // nothing says that it passes on what somebody else asks for.
    [[nodiscard]] bool is_own_program() const;
    // The first header of that name, in any case; nothing where there is none.
    [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
    // The value of a cookie or of a query parameter (decoded); nothing where there is none.
    [[nodiscard]] std::optional<std::string> cookie(std::string_view name) const;
    [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
};

// A reply that goes on: the front sends what it gives as it comes, until one side ends it. Called
// by the front from any of its threads, one at a time.
class Stream
{
public:
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    virtual ~Stream() = default;

    // It ends when this is no longer true; asked before something is said. Set by the dispatch.
    virtual void only_while(std::function<bool()> is_allowed) = 0;
    // Called once, before take(): `wake` may be called from any thread, whenever take()
    // would have something to give; it is quick and safe until the stream is destroyed.
    virtual void on_more(std::function<void()> wake) = 0;
    // What is to be sent now, perhaps nothing. `beat`: the line was silent for long, so something
    // must be said that tells a dead client from a quiet one.
    [[nodiscard]] virtual std::string take(bool beat) = 0;
    // Asked after take(): true ends the connection when all is sent.
    [[nodiscard]] virtual bool is_over() const = 0;
};

struct Reply
{
    int status = 200;
    std::string body;
    std::string content_type = "application/json";
    Headers headers;
    std::shared_ptr<Stream> stream = nullptr; // goes on after the body, until its end
};

// Who answers requests. Called from several threads at once; must not throw.
class Handler
{
public:
    Handler() = default;
    Handler(const Handler&) = delete;
    Handler& operator=(const Handler&) = delete;
    virtual ~Handler() = default;

    // Asked when the header has come: more than this many bytes of body are refused with 413.
    [[nodiscard]] virtual std::size_t body_bytes_max(const std::string& method,
                                                     const std::string& path) const = 0;
    [[nodiscard]] virtual Reply answer(const Request& request) = 0;
    // What the front says when it refuses a request by itself (400, 408, 413, 431, 503, ...).
    [[nodiscard]] virtual Reply refusal(int status) const = 0;
};

[[nodiscard]] bool same_word(std::string_view a, std::string_view b); // ASCII, any case

// "%2F" and, where `plus_is_space`, "+"; nothing where an escape is broken or hides a NUL.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text,
                                                        bool plus_is_space = false);
// The value of `name` in "a=1&b=2", decoded: a query or a form.
[[nodiscard]] std::optional<std::string> form_value(std::string_view form, std::string_view name);

} // namespace mnara::http

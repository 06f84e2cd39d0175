// One outgoing HTTP/1.1 request on a connection of its own, and what became of it. Called by the
// clients of payment and message providers.
//
// It never follows redirects, never sends again, and says apart what money depends on: whether a
// single byte of the request can have reached the server.
#pragma once

#include "core/clock.hpp"
#include "core/result.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace mnara::network::tls {
class Outgoing;
} // namespace mnara::network::tls

namespace mnara::network {

struct HttpRequest
{
    std::string method; // "GET", "POST"
    std::string url;    // http://host[:port]/path?query, or https://
    std::vector<std::pair<std::string, std::string>> headers; // Host and Content-Length are added
    std::string body;
    // SHA-256, in hex, of the certificate that the server must show, or of its key. It takes the
    // place of issuer, name and dates: exactly this key is meant. Empty: the usual checks.
    std::string tls_pin = {};
};

struct HttpAnswer
{
    int status = 0;
    std::string body;
    std::string date; // the server's own time, as its header says it; empty: it did not
};

struct HttpFailure
{
    enum class Stage {
        NeverSent, // no byte left: the server cannot know of the request
        NoAnswer   // sent, at least in part, and no whole answer came: it may have been carried out
    };
    Stage stage = Stage::NoAnswer;
    std::string code; // "connection", "timeout", "too large", "address", "tls"
    std::string text; // one sentence; holds host and port, never headers or body
};

struct HttpLimits
{
    Millis whole_call{20'000};             // connecting, sending and receiving together
    std::size_t answer_bytes_max = 65'536; // status line, headers and body together
};

// Blocks at most `limits.whole_call` by `clock.mono()`, however slowly the server drips. Only
// looking up a host name can take longer: it has the limits of the system's resolver (resolv.conf).
// An https:// address needs `tls`. Nothing of the request leaves before the server has proven who
// it is; where it does not, the code is "tls" and the text says why.
[[nodiscard]] Result<HttpAnswer, HttpFailure> call(const HttpRequest& request, const Clock& clock,
                                                   const HttpLimits& limits = {},
                                                   tls::Outgoing* tls = nullptr);

} // namespace mnara::network

// Bytes of a connection as typed requests. The first byte says in what pieces they arrive; however
// they are cut, the same requests come out, since a proxy before us would cut them as it likes.
#include "domain/ip_network.hpp"
#include "fuzz/check.hpp"
#include "http/forwarded.hpp"
#include "http/wire.hpp"

#include <algorithm>
#include <vector>

namespace {

using mnara::http::Request;
using mnara::http::RequestReader;

constexpr std::size_t kHeaderBytesMax = 8 * 1024;
constexpr std::size_t kBodyBytesMax = 4 * 1024;

struct Outcome
{
    std::vector<Request> requests;
    RequestReader::State state = RequestReader::State::Idle;
    int status = 0;
};

Outcome read(std::string_view bytes, std::size_t piece)
{
    RequestReader reader(kHeaderBytesMax,
                         [](const std::string&, const std::string&) { return kBodyBytesMax; });
    Outcome outcome;
    while (!bytes.empty()) {
        const std::size_t size = std::min(piece, bytes.size());
        reader.append(bytes.substr(0, size));
        bytes.remove_prefix(size);
        while (reader.advance() == RequestReader::State::Complete)
            outcome.requests.push_back(reader.take());
        (void)reader.wants_continue();
    }
    outcome.state = reader.state();
    if (outcome.state == RequestReader::State::Bad)
        outcome.status = reader.status();
    return outcome;
}

void look_inside(const Request& request)
{
    ENSURE(!request.method.empty());
    ENSURE(request.path.starts_with('/') || request.path == "*"); // RFC 9112 section 3.2.4
    ENSURE(request.body.size() <= kBodyBytesMax);
    for (const auto& [name, value] : request.headers) {
        ENSURE(request.header(name).has_value());
        ENSURE(name.find_first_of("\r\n: ") == std::string::npos);
        ENSURE(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
    }
    (void)request.cookie("mnara_session");
    (void)request.parameter("after");
    Request forwarded = request;
    forwarded.peer = "127.0.0.1";
    mnara::http::name_forwarded_peer(forwarded, "127.0.0.1");
    ENSURE(mnara::domain::parse_ip(forwarded.peer)); // whatever the proxy says
    ENSURE(forwarded.proxy == "127.0.0.1");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view bytes = fuzz::text_of(data + 1, size - 1);
    const Outcome whole = read(bytes, bytes.size());
    const Outcome pieces = read(bytes, data[0] % 64 + 1U);
    for (const Request& request : whole.requests)
        look_inside(request);
    ENSURE(whole.state == pieces.state && whole.status == pieces.status);
    ENSURE(whole.requests.size() == pieces.requests.size());
    for (std::size_t i = 0; i < whole.requests.size(); ++i) {
        const Request& a = whole.requests[i];
        const Request& b = pieces.requests[i];
        ENSURE(a.method == b.method && a.path == b.path && a.query == b.query &&
               a.headers == b.headers && a.body == b.body);
    }
    if (whole.state == RequestReader::State::Bad)
        ENSURE(whole.status >= 400 && whole.status < 600);
    return 0;
}

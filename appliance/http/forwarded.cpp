#include "http/forwarded.hpp"

#include "domain/ip_network.hpp"

namespace mnara::http {

namespace {

// The last word of the last such header.
std::string last_forwarded(const Headers& headers)
{
    std::string last;
    for (const auto& [name, value] : headers)
        if (same_word(name, "X-Forwarded-For"))
            last = value.substr(value.rfind(',') + 1);
    last.erase(0, last.find_first_not_of(" \t"));
    return last.substr(0, last.find_last_not_of(" \t") + 1);
}

} // namespace

void name_forwarded_peer(Request& request, const std::string& trusted)
{
    const auto proxy = domain::parse_ip(request.peer);
    if (trusted.empty() || !proxy || proxy != domain::parse_ip(trusted))
        return;
    const auto client = domain::parse_ip(last_forwarded(request.headers));
    request.proxy = request.peer;
    if (client)
        request.peer = domain::to_text({*client, 128});
}

} // namespace mnara::http

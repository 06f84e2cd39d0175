#include "http/gate.hpp"

#include <algorithm>

namespace mnara::http {

namespace {

constexpr int kHttpsPort = 443;

// "box.example", "192.0.2.1" or "[2001:db8::1]" of a Host header; empty where it is none of these,
// because it becomes a part of the answer.
std::string host_name(const std::string& header)
{
    const bool is_v6 = header.starts_with('[');
    const std::size_t end = is_v6 ? header.find(']') : header.find(':');
    std::string name = header.substr(0, end);
    if (is_v6) {
        if (end == std::string::npos)
            return {};
        name += ']';
    }
    const bool plain = std::all_of(name.begin(), name.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.' || (is_v6 && (c == ':' || c == '[' || c == ']'));
    });
    return plain && !name.empty() && name.size() <= 255 ? name : std::string();
}

Reply text(int status, std::string words, Headers headers = {})
{
    return {status, std::move(words), "text/plain; charset=utf-8", std::move(headers)};
}

} // namespace

bool Gate::may_pass(const Request& request) const
{
    switch (request.arrival) {
    case Arrival::Tls:
        return true;
    case Arrival::PlainOnTls:
        return false;
    case Arrival::Plain:
        break;
    }
    return request.is_from_here() || request.path == "/ca.crt" ||
           (rules_.plain_callbacks && request.path.starts_with("/cb/"));
}

std::string Gate::address_of(const Request& request) const
{
    const std::string host = host_name(request.header("Host").value_or(""));
    if (host.empty() || !request.path.starts_with('/'))
        return {};
    const std::string port =
        rules_.https_port == kHttpsPort ? "" : ":" + std::to_string(rules_.https_port);
    return "https://" + host + port + request.path +
           (request.query.empty() ? "" : "?" + request.query);
}

Reply Gate::answer(const Request& request)
{
    if (may_pass(request))
        return inside_.answer(request);
    const std::string address = address_of(request);
    if (address.empty() || (request.arrival == Arrival::PlainOnTls && request.method != "GET" &&
                            request.method != "HEAD"))
        return text(400,
                    "This port speaks HTTPS. Nothing was done. Use https:// in the address.\n");
    return text(308, "This box is spoken to over HTTPS: " + address + "\n",
                {{"Location", address}, {"Cache-Control", "no-store"}});
}

} // namespace mnara::http

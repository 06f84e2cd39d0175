// From a request to its handler: finds the route, checks who asks, the role, the CSRF token, the
// Idempotency-Key and the JSON, opens the transaction, and turns whatever goes wrong into one
// problem answer (RFC 9457) with the id of the request.
#pragma once

#include "http/message.hpp"
#include "http/routes.hpp"

#include <atomic>

namespace mnara::http {

inline constexpr const char* kSessionCookie = "mnara_session";

class Dispatch final : public Handler
{
public:
    // `table`: routes(), or a table of a test's own.
    explicit Dispatch(Services& services, std::span<const Route> table = routes());

    [[nodiscard]] std::size_t body_bytes_max(const std::string& method,
                                             const std::string& path) const override;
    [[nodiscard]] Reply answer(const Request& request) override;
    [[nodiscard]] Reply refusal(int status) const override;

private:
    struct Found
    {
        const Route* route = nullptr;
        std::map<std::string, std::string, std::less<>> path;
        std::string allowed; // the methods of that path, for 405 and OPTIONS
    };
    [[nodiscard]] Found find(const std::string& method, const std::string& path) const;
    [[nodiscard]] Reply run(const Request& request);
    [[nodiscard]] Reply call(const Route& route, Call& call) const;
    [[nodiscard]] Reply write_once(const Route& route, Call& call) const;
    void decorate(Reply& reply, const std::string& request_id) const;

    Services& services_;
    const std::span<const Route> table_;
    const std::string run_id_; // so that request ids of two runs differ
    std::atomic<std::uint64_t> requests_{0};
};

} // namespace mnara::http

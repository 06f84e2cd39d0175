// From a request to its handler: finds the route, checks from where and who asks, the role, the
// CSRF token, the site, the Idempotency-Key and the JSON, opens the transaction, and turns whatever
// goes wrong into one problem answer (RFC 9457) with the id of the request.
#pragma once

#include "http/message.hpp"
#include "http/routes.hpp"

#include <atomic>

namespace mnara::http {

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
    [[nodiscard]] bool is_allowed(const Request& request) const;
    void note_refused(const Request& request) const;
    // Finds out who asks; the refusal where he may not.
    [[nodiscard]] std::optional<Reply> authorise(const Route& route, Call& asked,
                                                 bool is_use = true) const;
    // Whether a reply that goes on may do so: asked again and again while it does.
    [[nodiscard]] bool may_go_on(const Route& route, const Request& request) const;
    [[nodiscard]] Reply call(const Route& route, Call& call) const;
    [[nodiscard]] Reply write_audited(const Route& route, storage::Tx& tx, Call& asked) const;
    [[nodiscard]] Reply write_once(const Route& route, Call& call) const;
    void decorate(Reply& reply, const std::string& request_id) const;

    Services& services_;
    const std::span<const Route> table_;
    const std::string run_id_; // so that request ids of two runs differ
    std::atomic<std::uint64_t> requests_{0};
};

} // namespace mnara::http

// FreeRADIUS's part, without FreeRADIUS: the SELECT is taken word for word from
// radius/auth_query.conf and run on a read-only connection, with the simulated time and the
// request put in the places where FreeRADIUS expands them.
#pragma once

#include "storage/connection.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace sim {

struct RadiusAnswer
{
    std::string verdict;
    bool pay_page = false;
    std::string password, message, rate, pool, address_list, static_ipv4, class_text;
    std::int64_t interim_seconds = 0;
    std::optional<std::int64_t> session_seconds;
    [[nodiscard]] bool is_accept() const { return verdict == "ok" || pay_page; }
};

class Radius
{
public:
    // `source_folder`: of the repository.
    explicit Radius(const std::string& source_folder);

    // Nothing where there is no answer: no row, or radius.db cannot be read.
    [[nodiscard]] std::optional<RadiusAnswer> ask(const std::string& radius_db,
                                                  const std::string& username,
                                                  const std::string& station, std::int64_t now);
    // The mark FreeRADIUS judges its clock by; nothing where it cannot be read.
    [[nodiscard]] std::optional<std::int64_t> clock_mark(const std::string& radius_db);
    void close() { connection_.reset(); }

private:
    mnara::storage::Connection& connection(const std::string& radius_db);

    std::string query_;
    std::unique_ptr<mnara::storage::Connection> connection_;
    int asked_ = 0;
};

} // namespace sim

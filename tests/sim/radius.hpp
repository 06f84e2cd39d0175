// FreeRADIUS's part, without FreeRADIUS: its SELECTs are taken word for word from radius/ and run
// on a read-only connection, with the simulated time and the request put in the places where
// FreeRADIUS expands them.
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
    bool operator==(const RadiusAnswer&) const = default;
};

class Radius
{
public:
    // `source_folder`: of the repository.
    explicit Radius(const std::string& source_folder);

    // What auth_query.conf answers; nothing where there is no answer: no row, or radius.db cannot
    // be read. Throws where quick_query.conf, by a clock that counts, answers something else.
    [[nodiscard]] std::optional<RadiusAnswer> ask(const std::string& radius_db,
                                                  const std::string& username,
                                                  const std::string& station, std::int64_t now);
    // The mark FreeRADIUS judges its clock by; nothing where it cannot be read.
    [[nodiscard]] std::optional<std::int64_t> clock_mark(const std::string& radius_db);
    void close() { connection_.reset(); }

private:
    mnara::storage::Connection& connection(const std::string& radius_db);

    // What `read` finds; nothing where radius.db cannot be read.
    template <class Read> auto reading(Read read) -> decltype(read());
    std::optional<RadiusAnswer> whole_answer(const std::string& radius_db,
                                             const std::string& username,
                                             const std::string& station, std::int64_t now);
    // Nothing also where quick_query.conf leaves it to the other, or is not asked.
    std::optional<RadiusAnswer> quick_answer(const std::string& radius_db,
                                             const std::string& username,
                                             const std::string& station, std::int64_t now);

    std::string query_, quick_query_, clock_query_;
    std::unique_ptr<mnara::storage::Connection> connection_;
    int asked_ = 0;
};

} // namespace sim

// What the checks see of mnara.db, through a read-only connection of their own.
#pragma once

#include "sim/oracle.hpp"
#include "storage/connection.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sim {

struct SeenLine
{
    std::int64_t id = 0;
    std::string state, plan_code;
    std::optional<Stamp> paid_until;
};

struct SeenSession
{
    std::int64_t router = 0;
    std::string acct_id, username, station;
    auto operator<=>(const SeenSession&) const = default;
};

class Eye
{
public:
    void open(const std::string& main_db);
    void close() { connection_.reset(); }

    [[nodiscard]] std::vector<SeenPayment> payments();
    // (payment, seq) -> subscriber
    [[nodiscard]] std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> assignments();
    [[nodiscard]] std::vector<OracleAttempt> attempts_after(std::int64_t id);
    [[nodiscard]] std::vector<SeenLine> lines();
    // In order of time.
    [[nodiscard]] std::vector<OracleTerm> terms(std::int64_t line);
    // Balances, added up from the transfers alone.
    [[nodiscard]] std::map<std::string, Cents> balances();
    [[nodiscard]] std::vector<SeenSession> open_sessions();
    [[nodiscard]] std::vector<std::string> stations_online(const std::string& username);
    // The single number a query gives.
    [[nodiscard]] std::int64_t number(const std::string& sql);
    // The first column of all rows, joined.
    [[nodiscard]] std::string words(const std::string& sql);
    // Differs when a transaction was committed that the oracle must know of.
    [[nodiscard]] std::string fingerprint();
    // Of every row of every table.
    [[nodiscard]] std::uint64_t hash();

private:
    std::unique_ptr<mnara::storage::Connection> connection_;
};

} // namespace sim

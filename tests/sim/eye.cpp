#include "sim/eye.hpp"

namespace sim {

namespace {

using Number = std::int64_t;
using MaybeNumber = std::optional<std::int64_t>;

constexpr std::uint64_t kFnvBasis = 14695981039346656037ULL;
constexpr std::uint64_t kFnvPrime = 1099511628211ULL;

} // namespace

void Eye::open(const std::string& main_db)
{
    connection_ = std::make_unique<mnara::storage::Connection>(
        main_db, mnara::storage::Connection::Mode::ReadOnly);
}

std::vector<SeenPayment> Eye::payments()
{
    std::vector<SeenPayment> all;
    auto q = connection_->query("SELECT id, receipt, attempt_id, subscriber_id, duplicate_of, "
                                "amount_cents FROM payment ORDER BY id");
    while (q.step())
        all.push_back({q.get<Number>(0), q.get<std::optional<std::string>>(1),
                       q.get<MaybeNumber>(2), q.get<MaybeNumber>(3), q.get<MaybeNumber>(4),
                       q.get<Number>(5)});
    return all;
}

std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> Eye::assignments()
{
    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> all;
    auto q = connection_->query("SELECT payment_id, seq, subscriber_id FROM payment_assignment");
    while (q.step())
        all[{q.get<Number>(0), q.get<Number>(1)}] = q.get<Number>(2);
    return all;
}

std::vector<OracleAttempt> Eye::attempts_after(std::int64_t id)
{
    std::vector<OracleAttempt> all;
    auto q = connection_->query("SELECT id, subscription_id, subscriber_id, plan_version_id, "
                                "reference, phone, amount_cents FROM payment_attempt WHERE id > ?1 "
                                "ORDER BY id",
                                id);
    while (q.step())
        all.push_back({q.get<Number>(0), q.get<Number>(1), q.get<Number>(2), q.get<Number>(3),
                       q.get<std::string>(4), q.get<std::string>(5), q.get<Number>(6)});
    return all;
}

std::vector<SeenLine> Eye::lines()
{
    std::vector<SeenLine> all;
    auto q = connection_->query("SELECT id, state, plan_code, paid_until FROM subscription");
    while (q.step())
        all.push_back({q.get<Number>(0), q.get<std::string>(1), q.get<std::string>(2),
                       q.get<MaybeNumber>(3)});
    return all;
}

std::vector<OracleTerm> Eye::terms(std::int64_t line)
{
    std::vector<OracleTerm> all;
    auto q = connection_->query("SELECT starts_at, ends_at, plan_version_id FROM served_term "
                                "WHERE subscription_id = ?1 ORDER BY starts_at",
                                line);
    while (q.step())
        all.push_back({q.get<Number>(0), q.get<Number>(1), q.get<Number>(2)});
    return all;
}

std::map<std::string, Cents> Eye::balances()
{
    std::map<std::string, Cents> all;
    auto q = connection_->query("SELECT d.code, c.code, t.amount_cents FROM transfer t "
                                "JOIN ledger_account d ON d.id = t.debit_account_id "
                                "JOIN ledger_account c ON c.id = t.credit_account_id");
    while (q.step()) {
        all[q.get<std::string>(0)] -= q.get<Number>(2);
        all[q.get<std::string>(1)] += q.get<Number>(2);
    }
    return all;
}

std::vector<SeenSession> Eye::open_sessions()
{
    std::vector<SeenSession> all;
    auto q = connection_->query("SELECT router_id, acct_session_id, username, calling_station "
                                "FROM session WHERE stopped_at IS NULL ORDER BY 1, 2, 3, 4");
    while (q.step())
        all.push_back({q.get<Number>(0), q.get<std::string>(1), q.get<std::string>(2),
                       q.get<std::string>(3)});
    return all;
}

std::vector<std::string> Eye::stations_online(const std::string& username)
{
    std::vector<std::string> all;
    auto q = connection_->query("SELECT calling_station FROM session WHERE username = ?1 "
                                "AND stopped_at IS NULL",
                                username);
    while (q.step())
        all.push_back(q.get<std::string>(0));
    return all;
}

std::int64_t Eye::number(const std::string& sql)
{
    auto q = connection_->query(sql);
    return q.step() ? q.get<MaybeNumber>(0).value_or(0) : 0;
}

std::string Eye::words(const std::string& sql)
{
    std::string all;
    auto q = connection_->query(sql);
    while (q.step())
        all += (all.empty() ? "" : "; ") + q.get<std::string>(0);
    return all;
}

std::string Eye::fingerprint()
{
    return words(
        "SELECT (SELECT COUNT(*) FROM idempotency_key) || '.' || "
        "(SELECT COUNT(*) FROM inbox) || '.' || (SELECT COUNT(*) FROM audit_log) || '.' || "
        "(SELECT COUNT(*) FROM subscription_event) || '.' || "
        "(SELECT COUNT(*) FROM term) || '.' || (SELECT COUNT(*) FROM journal) || '.' || "
        "(SELECT COUNT(*) FROM purchase_due)");
}

std::uint64_t Eye::hash()
{
    std::vector<std::string> tables;
    {
        auto q = connection_->query("SELECT name FROM sqlite_schema WHERE type = 'table' "
                                    "AND name NOT LIKE 'sqlite_%' ORDER BY name");
        while (q.step())
            tables.push_back(q.get<std::string>(0));
    }
    std::uint64_t hash = kFnvBasis;
    const auto add = [&](const std::string& text) {
        for (const char c : text)
            hash = (hash ^ static_cast<unsigned char>(c)) * kFnvPrime;
    };
    for (const std::string& table : tables) {
        std::string row;
        auto columns = connection_->query("SELECT name FROM pragma_table_info(?1)", table);
        while (columns.step())
            row +=
                (row.empty() ? "quote(" : " || ',' || quote(") + columns.get<std::string>(0) + ")";
        auto q = connection_->query("SELECT " + row + " FROM " + table + " ORDER BY 1");
        add(table);
        while (q.step())
            add(q.get<std::string>(0));
    }
    return hash;
}

} // namespace sim

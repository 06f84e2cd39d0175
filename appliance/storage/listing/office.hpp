// Counts and open alerts: what the status page, the status of the API and the metrics show.
#pragma once

#include "storage/database.hpp"
#include "storage/listing/page.hpp"
#include "storage/listing/scope.hpp"

#include <map>
#include <optional>
#include <string>

namespace mnara::storage::listing {

// What the thing that an alert names is now; nothing where it names no such thing.
struct AlertFacts
{
    std::optional<Money> amount; // of the payment or the request
    std::optional<std::string> receipt, reference, phone, router_name, username;
    std::optional<PaymentId> twin_id; // a payment without receipt that may be the same money
};
struct AlertView
{
    std::int64_t id = 0;
    std::string key, severity, detail;
    UnixTime opened_at;
    AlertFacts facts;
};
[[nodiscard]] std::vector<AlertView> open_alerts(ReadTx& tx, const ReadScope& scope,
                                                 const Page& page);
// The gravest first, then the newest.
[[nodiscard]] std::vector<AlertView> gravest_alerts(ReadTx& tx, const ReadScope& scope, int limit);
[[nodiscard]] std::int64_t count_of_open_alerts(ReadTx& tx, const ReadScope& scope);
[[nodiscard]] std::optional<AlertView> find_open_alert(ReadTx& tx, std::int64_t id);
[[nodiscard]] bool is_alert_open(ReadTx& tx, std::string_view key);

struct Counts
{
    std::int64_t subscribers = 0, online = 0, unmatched = 0, open_attempts = 0, alerts = 0;
    std::map<std::string, std::int64_t> subscriptions; // by state
};
[[nodiscard]] Counts counts(ReadTx& tx, const ReadScope& scope);

// Work that waits to be done.
struct Waiting
{
    std::int64_t inbox = 0, projection = 0, router_jobs = 0;
};
[[nodiscard]] Waiting waiting(ReadTx& tx);

} // namespace mnara::storage::listing

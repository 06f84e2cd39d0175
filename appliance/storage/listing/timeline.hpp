// What happened to a subscriber, merged into one list, and the wallet entry by entry. Read only.
#pragma once

#include "storage/database.hpp"
#include "storage/listing/page.hpp"

#include <compare>
#include <optional>
#include <string>
#include <vector>

namespace mnara::storage::listing {

// Where something stands in the timeline. Of one second, the later kind is the consequence.
struct TimelineMark
{
    enum class Kind { Attempt, Payment, Line, Session, Audit };
    UnixTime at;
    Kind kind = Kind::Attempt;
    std::int64_t id = 0;  // of the line for Kind::Line
    std::int64_t seq = 0; // of the event of that line
    auto operator<=>(const TimelineMark&) const = default;
};
// Newest first, behind `after`; one more than `limit` where there is more.
[[nodiscard]] std::vector<TimelineMark> timeline(ReadTx& tx, SubscriberId subscriber,
                                                 std::optional<TimelineMark::Kind> only,
                                                 const std::optional<TimelineMark>& after,
                                                 int limit);

struct LineEvent
{
    SubscriptionId subscription_id;
    std::string username, event, from_state, to_state, actor;
    std::optional<std::string> actor_name, reason;
    std::optional<UnixTime> paid_until;
    struct Term
    {
        TermId id;
        std::string plan_code;
        int plan_version = 0;
        Money price;
        UnixTime starts_at, ends_at;
    };
    std::optional<Term> term; // what was bought
};
[[nodiscard]] std::optional<LineEvent> find_line_event(ReadTx& tx, SubscriptionId line,
                                                       std::int64_t seq);

struct AuditEntry
{
    std::int64_t id = 0;
    UnixTime at;
    std::string actor, action, entity, entity_id, detail;
    std::optional<std::string> actor_name;
};
[[nodiscard]] std::optional<AuditEntry> find_audit(ReadTx& tx, std::int64_t id);

struct WalletEntry
{
    std::int64_t seq = 0;
    UnixTime at;
    std::string kind, source_key, actor;
    Money delta, balance; // the balance after it
    std::optional<TermId> term_id;
    std::optional<SubscriptionId> subscription_id;
    std::optional<std::string> actor_name, username, plan_name;
    std::optional<UnixTime> ends_at; // of the term
};
// Newest first; the cursor is the seq; one more than the page holds.
[[nodiscard]] std::vector<WalletEntry> wallet_entries(ReadTx& tx, SubscriberId subscriber,
                                                      const Page& page);

} // namespace mnara::storage::listing

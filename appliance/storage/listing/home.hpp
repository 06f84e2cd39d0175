// The numbers of the first screen: money by day, lines by state, what is to come, who did what.
// Read only. Money is judged by when it was recorded; the same money recorded twice is left out,
// and of a site it is that of its subscribers.
#pragma once

#include "domain/plan.hpp"
#include "storage/database.hpp"
#include "storage/listing/scope.hpp"

#include <string>
#include <vector>

namespace mnara::storage::listing {

struct FeedMoney
{
    std::string feed; // 'callback', 'query', 'c2b'
    Money amount;
    std::int64_t payments = 0;
};
// [from, to), by feed, of the sandbox or of the real providers. Whole days of Nairobi come from the
// sums by day, the rest from the payments themselves.
[[nodiscard]] std::vector<FeedMoney> money_between(ReadTx& tx, const ReadScope& scope, bool sandbox,
                                                   UnixTime from, UnixTime to);

struct DayMoney
{
    std::int64_t day_number = 0; // Nairobi's days since 1970
    std::string feed;
    Money amount;
    std::int64_t payments = 0;
};
// Of those days, the last one included; oldest first, only days that had money.
[[nodiscard]] std::vector<DayMoney> money_by_day(ReadTx& tx, const ReadScope& scope, bool sandbox,
                                                 std::int64_t from_day, std::int64_t to_day);

struct StateCount
{
    std::string state;
    std::int64_t lines = 0, subscribers = 0; // who have a line in that state
};
[[nodiscard]] std::vector<StateCount> lines_by_state(ReadTx& tx, const ReadScope& scope);

// A plan on the price list, and its lines by state.
struct PlanLines
{
    std::string code, name;
    Money price; // on sale now
    domain::Duration duration;
    std::int64_t active = 0, expired = 0, suspended = 0;
};
[[nodiscard]] std::vector<PlanLines> lines_by_plan(ReadTx& tx, const ReadScope& scope); // by code
// Monthly recurring revenue of its active lines: each is worth its price over 30 days.
[[nodiscard]] Money recurring(const PlanLines& plan);

// Active lines of all plans whose paid time ends in [from, to), and the prices on sale now of the
// plans they will buy next.
struct Ending
{
    std::int64_t lines = 0;
    Money cash;
};
[[nodiscard]] Ending lines_ending(ReadTx& tx, const ReadScope& scope, UnixTime from, UnixTime to);

[[nodiscard]] std::int64_t subscribers_since(ReadTx& tx, const ReadScope& scope, UnixTime from,
                                             UnixTime to); // [from, to)
[[nodiscard]] std::int64_t count_of_subscribers(ReadTx& tx, const ReadScope& scope);

struct Online
{
    std::int64_t full = 0, all = 0; // open sessions
};
[[nodiscard]] Online online(ReadTx& tx, const ReadScope& scope);

struct Unmatched
{
    std::int64_t payments = 0;
    Money amount;
};
[[nodiscard]] Unmatched unmatched(ReadTx& tx, const ReadScope& scope);
[[nodiscard]] std::int64_t open_attempts(ReadTx& tx, const ReadScope& scope);

struct OperatorActivity
{
    OperatorId id;
    std::string login, full_name;
    std::int64_t sign_ins = 0, sign_ins_failed = 0, writes = 0;
    UnixTime last_at;
};
// Staff who did anything in [from, to), by the last thing they did, the latest first. A right
// password that waits for its second factor is no sign-in yet, and no failed one.
[[nodiscard]] std::vector<OperatorActivity> operator_activity(ReadTx& tx, UnixTime from,
                                                              UnixTime to);

} // namespace mnara::storage::listing

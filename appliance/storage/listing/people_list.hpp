// The list of subscribers: filters, orders, pages. Each answer is found by whatever names the
// fewest people, or by walking the order that is asked for. Read only.
#pragma once

#include "storage/listing/scope.hpp"
#include "storage/subscriber_store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::storage::listing {

// What is not set does not count. Conditions of a line must all fit one line.
struct WhichPeople
{
    std::string search;               // as typed: words of a name, a username, an account number
    std::optional<std::string> phone; // the search as a phone number, or its beginning
    std::optional<std::string> state, plan_code;
    // Of an active line: the paid time ends in [expiring_from, expiring_before).
    std::optional<UnixTime> expiring_from, expiring_before;
    std::optional<std::int64_t> site_id, area_id, building_id;
    bool has_debt = false;
};
enum class PeopleOrder { Created, Newest, Name, PaidUntil };

struct ListedSubscriber
{
    SubscriberRow row;
    std::string cursor; // to go on behind this one
};
struct PeoplePage
{
    std::vector<ListedSubscriber> rows;
    bool more = false;
};
// `after`: the cursor of the row before; nothing where it is none of this order.
[[nodiscard]] std::optional<PeoplePage> people(ReadTx& tx, const ReadScope& scope,
                                               const WhichPeople& which, PeopleOrder order,
                                               int limit, const std::string& after);

// How many these are. Where only a walk past everybody could tell, it ends at kPeopleCounted.
inline constexpr std::int64_t kPeopleCounted = 1000;
struct PeopleCount
{
    std::int64_t n = 0;
    bool more = false;
};
[[nodiscard]] PeopleCount count_of_people(ReadTx& tx, const ReadScope& scope,
                                          const WhichPeople& which);

struct SubscriberLine
{
    SubscriptionId id;
    std::string username, plan_code, plan_name, state;
    std::optional<UnixTime> paid_until;
    bool online = false; // a session with full access is open
};
// All that are not terminated; where there is none, the terminated.
[[nodiscard]] std::vector<SubscriberLine> lines_of(ReadTx& tx, SubscriberId subscriber);

} // namespace mnara::storage::listing

// Routers, usage and login verdicts, as the API shows them. Read only.
#pragma once

#include "storage/database.hpp"
#include "storage/listing/page.hpp"
#include "storage/listing/scope.hpp"
#include "storage/listing/sessions.hpp"

#include <string>

namespace mnara::storage::listing {

struct RouterView
{
    RouterId id;
    std::string name, radius_source;
    std::optional<std::string> coa_address;
    int coa_port = 0;
    bool enabled = false, require_message_authenticator = false;
    std::optional<SiteId> site_id;
    bool heard = false; // it has reported a session, or asked for a login of late
};
[[nodiscard]] std::vector<RouterView> routers(ReadTx& tx, const ReadScope& scope,
                                              std::optional<SiteId> of, const Page& page);
[[nodiscard]] std::optional<RouterView> find_router(ReadTx& tx, RouterId id);

// `at`: the start of the hour (UTC seconds), or Nairobi's day as 20261120.
struct UsageView
{
    std::int64_t at = 0, bytes_up = 0, bytes_down = 0, seconds = 0;
};
[[nodiscard]] std::vector<UsageView> usage_by_hour(ReadTx& tx, SubscriptionId id, UnixTime from,
                                                   UnixTime to);
[[nodiscard]] std::vector<UsageView> usage_by_day(ReadTx& tx, SubscriptionId id, int from_day,
                                                  int to_day);

struct AuthResultView
{
    std::string username;
    UnixTime last_at;
    std::string last_reason, last_router; // decimal router id, as the log names it
    std::optional<std::string> last_calling_station;
    std::int64_t accepted = 0, rejected = 0, rejected_in_a_row = 0;
};
[[nodiscard]] std::optional<AuthResultView> auth_result(ReadTx& tx, const std::string& username);

} // namespace mnara::storage::listing

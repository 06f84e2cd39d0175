// Sessions as lists show them, with whose they are; who held an address; tries to log in. Read
// only.
#pragma once

#include "storage/database.hpp"
#include "storage/listing/page.hpp"
#include "storage/listing/scope.hpp"

#include <string>

namespace mnara::storage::listing {

struct SessionView
{
    SessionId id;
    RouterId router_id;
    std::string acct_session_id, username, calling_station;
    std::optional<std::string> framed_ipv4;
    UnixTime started_at, heard_at;
    std::int64_t seconds = 0, bytes_up = 0, bytes_down = 0;
    std::optional<UnixTime> stopped_at;
    std::optional<std::string> terminate_cause;
    std::optional<SubscriptionId> subscription_id;
    std::string router_name;
    std::optional<SubscriberId> subscriber_id;
    std::optional<std::string> full_name, account_no; // of the subscriber
    std::optional<std::string> class_text;            // what the login was given; domain/access
    std::optional<std::string> kick; // state of the last wish to end it: 'waiting', 'done', ...
    bool stop_seen = false;          // the router itself said Stop
};

struct WhichSessions
{
    bool open_only = false;
    std::string username; // empty: of everybody
    std::optional<SubscriberId> subscriber_id = std::nullopt;
};
// What somebody typed to find who is online: the beginning of a username, words of a name, part of
// the name of a router; and the same as an address or a device where it is a whole one.
struct LookedSession
{
    std::string text;
    std::optional<std::string> ipv4, station;
};
// Newest first; one more than the page holds.
[[nodiscard]] std::vector<SessionView> sessions(ReadTx& tx, const ReadScope& scope,
                                                const WhichSessions& which, const Page& page);
[[nodiscard]] std::vector<SessionView> open_sessions_like(ReadTx& tx, const ReadScope& scope,
                                                          const LookedSession& looked,
                                                          const Page& page);
[[nodiscard]] std::optional<SessionView> find_session_view(ReadTx& tx, SessionId id);

// Every session that covers a moment from `at` to `until` (both included) on that IPv4 address or
// device (normalised), by its start. A session ends before the second of its stop.
[[nodiscard]] std::vector<SessionView> holders_of_ipv4(ReadTx& tx, const ReadScope& scope,
                                                       const std::string& address, UnixTime at,
                                                       UnixTime until, int limit);
[[nodiscard]] std::vector<SessionView> holders_of_station(ReadTx& tx, const ReadScope& scope,
                                                          const std::string& station, UnixTime at,
                                                          UnixTime until, int limit);

// A try to log in, with whose line has this username now.
struct AuthAttemptView
{
    std::int64_t id = 0;
    UnixTime at;
    std::string username;
    bool accepted = false;
    std::string reason;
    std::optional<RouterId> router_id;
    std::optional<std::string> router_name, calling_station;
    std::optional<SubscriptionId> subscription_id;
    std::optional<SubscriberId> subscriber_id;
    std::optional<std::string> full_name; // of the subscriber
};
struct WhichAttempts
{
    std::optional<std::string> username, reason;
    std::optional<bool> accepted;
    std::optional<RouterId> router_id;
};
// Newest first; one more than the page holds.
[[nodiscard]] std::vector<AuthAttemptView>
auth_attempts(ReadTx& tx, const ReadScope& scope, const WhichAttempts& which, const Page& page);

} // namespace mnara::storage::listing

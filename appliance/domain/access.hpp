// What the network must answer to a username, now and later: the phases of radius.db. Pure.
#pragma once

#include "core/time.hpp"
#include "domain/plan.hpp"
#include "domain/subscription.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::domain {

// The names RouterOS must know and the intervals, from the settings.
struct AccessSettings
{
    std::string pool;          // Framed-Pool of the paid; empty: the router's own profile
    std::string pay_page_pool; // where the expired land
    std::string pay_page_address_list;
    std::string pay_page_rate;
    int pay_page_seconds = 600; // a pay-page session is short, in case no CoA gets through
    int interim_seconds = 300;  // Acct-Interim-Interval, 60 or more
};

// An open session, as far as concurrency cares.
struct OpenSession
{
    std::string calling_station; // lower case with colons, or as it came
};

// Paid time that is served as one plan.
struct PaidStretch
{
    UnixTime ends_at;
    PlanVersion plan;
};

// How long a login made now may last: as far as the stretches that follow each other are served
// alike. There the session ends, and the next login gets the next plan. At least one stretch.
[[nodiscard]] UnixTime served_alike_until(const std::vector<PaidStretch>& stretches);

struct AccessFacts
{
    Subscription subscription;
    // The paid time that is not over, in its order; where all is over the last stretch, and nothing
    // before the first term.
    std::vector<PaidStretch> stretches;
    EndBehaviour end_behaviour =
        EndBehaviour::PayPage; // of the plan on sale, where there was no term
    std::string password;
    std::vector<OpenSession> open_sessions;
};

// One row of radius.db `access`: the first phase that is not over answers.
struct AccessPhase
{
    std::string username;
    UnixTime until_at;
    std::string verdict; // "ok", or the reason in words
    bool pay_page = false;
    std::optional<std::string> message; // Reply-Message
    std::string password;
    std::optional<std::string> rate, pool, address_list, static_ipv4;
    std::string class_text;
    std::optional<UnixTime> session_until;
    std::optional<int> session_seconds;
    int interim_seconds = 300;
    int allowed_sessions = 1;
    int open_sessions = 0;
    std::string open_macs;
    std::optional<std::string> allowed_macs;
    bool operator==(const AccessPhase&) const = default;
};

// Empty for a terminated line: its username is unknown to the network.
[[nodiscard]] std::vector<AccessPhase> access_phases(const AccessFacts& facts,
                                                     const AccessSettings& settings);

// What Class says about a session: which line it is, and whether it is the full access or the pay
// page.
struct AccessClass
{
    SubscriptionId subscription_id;
    bool full = false;
};
[[nodiscard]] std::string class_text(const AccessClass& access_class);
[[nodiscard]] std::optional<AccessClass> read_class(std::string_view text);

// A whole MAC in any usual form as aa:bb:cc:dd:ee:ff; nothing where it is none.
[[nodiscard]] std::optional<std::string> read_station(std::string_view text);
// The same; other text in lower case.
[[nodiscard]] std::string normalise_station(std::string_view calling_station);

} // namespace mnara::domain

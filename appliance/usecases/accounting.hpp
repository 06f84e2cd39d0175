// What routers report: sessions, their counters, usage. Idempotent: any packet may come again, late
// or out of order, also weeks later from the spool. network/radius calls it and answers after its
// COMMIT.
#pragma once

#include "usecases/context.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace mnara::usecases {

struct AccountingRecord
{
    enum class Status { Start, Interim, Stop, AccountingOn, AccountingOff };
    Status status = Status::Interim;
    RouterId router_id;
    std::string acct_session_id, username, calling_station;
    std::optional<std::string> class_text, framed_ipv4, port, terminate_cause;
    std::int64_t seconds = 0; // Acct-Session-Time
    std::int64_t bytes_up = 0,
                 bytes_down = 0; // octets + gigawords * 2^32, from the subscriber's view
    UnixTime event_at;           // when it was true: arrival less Acct-Delay-Time
};

// One transaction for all of them; throws where nothing was recorded. Records of unknown usernames
// are kept too: a session without a subscription. One of an unknown router is logged and dropped.
void record_accounting(const Context& context, std::span<const AccountingRecord> records);

// Closes sessions that have not been heard of for `silence`; they end where they were last heard.
// One that was heard by a clock which was ahead counts as heard now.
int close_stale_sessions(const Context& context, Seconds silence, int limit);

} // namespace mnara::usecases

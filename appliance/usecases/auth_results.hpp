// Why a login was accepted or refused: the last word for each username. network/radius reads the
// reason log and hands the verdicts over together with how far it has read.
#pragma once

#include "usecases/context.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace mnara::usecases {

struct AuthVerdict
{
    UnixTime at;
    bool accepted = false;
    std::string router_name; // decimal router id, as in router_client
    std::string calling_station, username, reason;
};
struct AuthLogPosition
{
    std::int64_t inode = 0;
    std::int64_t offset = 0; // bytes
};
[[nodiscard]] std::optional<AuthLogPosition> auth_log_position(storage::ReadTx& tx);
// Counts and position in one transaction: a line is counted once, whatever dies.
void record_auth_verdicts(const Context& context, std::span<const AuthVerdict> verdicts,
                          const AuthLogPosition& read_up_to);

} // namespace mnara::usecases

// The time by which a use case judges. While the clock is suspect money is recorded, and nothing is
// granted or taken away.
#pragma once

#include "core/clock.hpp"
#include "storage/database.hpp"

namespace mnara::usecases {

struct TrustedTime
{
    UnixTime now;       // the wall clock, for the record
    UnixTime judged_by; // the wall clock, or the mark while it is suspect
    bool suspect = false;
};
[[nodiscard]] TrustedTime trusted_time(storage::ReadTx& tx, const Clock& clock);

// Once a minute: raises the mark to now, unless the clock is suspect. The first call ever trusts
// the clock where it is after the day this program was written.
TrustedTime raise_clock_mark(storage::Tx& tx, const Clock& clock);

// An operator says that the clock is right now.
void accept_clock(storage::Tx& tx, const Clock& clock);

} // namespace mnara::usecases

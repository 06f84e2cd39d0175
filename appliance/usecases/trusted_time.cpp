#include "usecases/trusted_time.hpp"

#include "domain/clock_trust.hpp"
#include "storage/alert_store.hpp"
#include "storage/office_store.hpp"

namespace mnara::usecases {

namespace {

constexpr std::string_view kAlert = "clock_suspect";

} // namespace

TrustedTime trusted_time(storage::ReadTx& tx, const Clock& clock)
{
    const UnixTime now = clock.now();
    const auto mark = storage::clock_mark(tx);
    // Without a mark only the past is known to be wrong.
    const bool suspect = mark ? domain::is_suspect(now, *mark) : now < domain::kFirstPlausible;
    return {now, suspect ? mark.value_or(domain::kFirstPlausible) : now, suspect};
}

TrustedTime raise_clock_mark(storage::Tx& tx, const Clock& clock)
{
    const TrustedTime time = trusted_time(tx, clock);
    if (time.suspect) {
        storage::open_alert(
            tx, kAlert, "critical",
            "The clock of this box is wrong. Payments are recorded; nobody expires and "
            "nothing new is granted until it is right. Set the clock (NTP), or confirm "
            "it with: mnara clock accept",
            time.now);
        return time;
    }
    if (time.now > storage::clock_mark(tx).value_or(UnixTime{}))
        storage::put_clock_mark(tx, time.now, false);
    storage::close_alert(tx, kAlert, time.now);
    return time;
}

void accept_clock(storage::Tx& tx, const Clock& clock)
{
    storage::put_clock_mark(tx, clock.now(), true);
    storage::close_alert(tx, kAlert, clock.now());
}

} // namespace mnara::usecases

// Keeping radius.db equal to what mnara.db says. The money transaction only marks a name dirty (a
// trigger does); the one projector works the marks off on a connection of its own. Trouble with
// radius.db delays access and opens an alert; it never fails a payment.
#pragma once

#include "storage/radius_db.hpp"
#include "usecases/context.hpp"

namespace mnara::usecases {

// Works off at most `limit` marks; how many there were. Throws StorageError where radius.db cannot
// be written: the marks stay.
int project_dirty(const Context& context, storage::RadiusDb& radius, int limit);

struct HealReport
{
    bool rebuilt = false; // the file was missing, unreadable or corrupt and was made again in place
    int rows_mended = 0;
};
// At start, before any listener opens, and on `mnara radius rebuild` (force): compares every row
// with what it must be and mends, or makes the whole file again in place, because FreeRADIUS holds
// it open.
HealReport heal_projection(const Context& context, storage::RadiusDb& radius, bool force_rebuild);

// The minute tick: the trusted time for FreeRADIUS. Nothing while the clock is suspect.
void project_clock_mark(const Context& context, storage::RadiusDb& radius);

// What /health and the alerts say of radius.db; nothing is written where it was said already.
void report_radius_trouble(const Context& context, const std::string& what);
void report_radius_well(const Context& context);

} // namespace mnara::usecases

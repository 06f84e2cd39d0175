// What the daemon says at its first start.
#pragma once

#include "app_office.hpp"

namespace mnara::app {

// Where nobody owns this box yet: prints the address and a one-time code to standard output. The
// code never comes into the log.
void greet_first_owner(const Office& office);

} // namespace mnara::app

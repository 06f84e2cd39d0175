// The secret that our own FreeRADIUS and the daemon share on the loopback, made on this box.
#pragma once

#include "core/random.hpp"

#include <string>

namespace mnara::app {

// Reads "secret = <hex>" from radius_dir/accounting.secret; makes the file (0640, group of the
// folder) where it is missing. FreeRADIUS includes the same line. Throws std::runtime_error in
// words.
[[nodiscard]] std::string accounting_secret(const std::string& radius_dir, Random& random);

} // namespace mnara::app

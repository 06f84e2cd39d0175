// Alerts: open until the fact is right again, one open row a key.
#pragma once

#include "storage/database.hpp"

#include <string_view>

namespace mnara::storage {

// severity: 'notice', 'warning' or 'critical'. Nothing happens where the key is open already.
void open_alert(Tx& tx, std::string_view key, std::string_view severity, std::string_view detail,
                UnixTime now);
void close_alert(Tx& tx, std::string_view key, UnixTime now);

} // namespace mnara::storage

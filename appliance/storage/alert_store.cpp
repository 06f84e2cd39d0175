#include "storage/alert_store.hpp"

namespace mnara::storage {

void open_alert(Tx& tx, std::string_view key, std::string_view severity, std::string_view detail,
                UnixTime now)
{
    tx.run("INSERT INTO alert(key, severity, detail, opened_at) VALUES (?1, ?2, ?3, ?4) "
           "ON CONFLICT (key) WHERE closed_at IS NULL DO NOTHING",
           key, severity, detail, now);
}

void close_alert(Tx& tx, std::string_view key, UnixTime now)
{
    tx.run("UPDATE alert SET closed_at = ?2 WHERE key = ?1 AND closed_at IS NULL", key, now);
}

} // namespace mnara::storage

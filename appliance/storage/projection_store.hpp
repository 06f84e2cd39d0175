// What radius.db must still learn, and the facts it is made of. Read by usecases/projection.
#pragma once

#include "domain/access.hpp"
#include "storage/database.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mnara::storage {

// A username ("access") or a router id in decimal ("router") whose rows in radius.db may be out of
// date.
struct DirtyMark
{
    std::string kind, key;
    std::int64_t revision = 0;
    [[nodiscard]] bool is_router() const { return kind == "router"; }
};
[[nodiscard]] std::vector<DirtyMark> dirty_marks(ReadTx& tx, int limit); // the oldest first
// Nothing happens where it was marked again since it was read.
void delete_dirty_mark(Tx& tx, const DirtyMark& mark);
// After a change that concerns every line, as a setting does.
void mark_all_access_dirty(Tx& tx);

// What the decision about concurrency needs of them, no more.
[[nodiscard]] std::vector<domain::OpenSession> open_session_facts(ReadTx& tx,
                                                                  const std::string& username);

// Keys of the open alerts from `from` up to but without `before`.
[[nodiscard]] std::vector<std::string> open_alert_keys(ReadTx& tx, std::string_view from,
                                                       std::string_view before);

} // namespace mnara::storage

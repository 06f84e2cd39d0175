// The ledger's rows. Recipes come from domain/ledger; triggers write the entries and refuse what
// does not add up or would take an account below its minimum.
#pragma once

#include "domain/ledger.hpp"
#include "storage/database.hpp"

#include <optional>

namespace mnara::storage {

// Opens accounts that are missing and posts. Throws StorageError (constraint) where the source_key
// is booked already or an account would fall below its minimum.
JournalId post_journal(Tx& tx, const domain::Journal& journal);

[[nodiscard]] std::optional<JournalId> find_journal(ReadTx& tx, const std::string& source_key);

// The transfers of a journal, in their order.
[[nodiscard]] domain::Posting posting_of(ReadTx& tx, JournalId journal);

[[nodiscard]] Money account_balance(ReadTx& tx, const domain::Account& account);

// Debits less credits over all entries: zero, or the books are broken.
[[nodiscard]] Money trial_balance(ReadTx& tx);

} // namespace mnara::storage

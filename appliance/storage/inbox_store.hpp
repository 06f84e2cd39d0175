// Providers, and their messages as they came.
#pragma once

#include "domain/payment.hpp"
#include "storage/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::storage {

struct ProviderRow
{
    std::string code, name;
    bool sandbox = false;
    SecretId c2b_token_secret_id;
};
void insert_provider(Tx& tx, const ProviderRow& provider, const std::string& c2b_token_hash);
[[nodiscard]] std::optional<ProviderRow> find_provider(ReadTx& tx, const std::string& code);
[[nodiscard]] std::optional<ProviderRow> find_provider_by_c2b_token(ReadTx& tx,
                                                                    const std::string& token_hash);

struct InboxRow
{
    InboxId id;
    std::string kind, token_hash, peer, headers, body;
    UnixTime received_at;
};
InboxId insert_inbox(Tx& tx, const InboxRow& message);
[[nodiscard]] std::optional<InboxRow> oldest_waiting_message(ReadTx& tx);
void finish_message(Tx& tx, InboxId id, const std::string& outcome, const std::string& detail,
                    UnixTime now);
// Messages to addresses that are not ours: strangers could fill the disk with them.
void keep_newest_refused(Tx& tx, int most);
// Parked callbacks of that attempt are settled by another feed now.
int release_parked(Tx& tx, const std::string& token_hash, const std::string& detail, UnixTime now);

} // namespace mnara::storage

#include "storage/inbox_store.hpp"

namespace mnara::storage {

namespace {

std::optional<ProviderRow> first(Query q)
{
    if (!q.step())
        return std::nullopt;
    return ProviderRow{q.get<std::string>(0), q.get<std::string>(1), q.get<bool>(2),
                       q.get<SecretId>(3)};
}

constexpr std::string_view kProviderColumns =
    "SELECT code, name, sandbox, c2b_token_secret_id FROM provider ";

} // namespace

void insert_provider(Tx& tx, const ProviderRow& provider, const std::string& c2b_token_hash)
{
    tx.run("INSERT INTO provider(code, name, sandbox, c2b_token_hash, c2b_token_secret_id) "
           "VALUES (?1, ?2, ?3, ?4, ?5)",
           provider.code, provider.name, provider.sandbox, Blob{c2b_token_hash},
           provider.c2b_token_secret_id);
}

std::optional<ProviderRow> find_provider(ReadTx& tx, const std::string& code)
{
    return first(tx.query(std::string(kProviderColumns) + "WHERE code = ?1", code));
}

std::optional<ProviderRow> find_provider_by_c2b_token(ReadTx& tx, const std::string& token_hash)
{
    return first(
        tx.query(std::string(kProviderColumns) + "WHERE c2b_token_hash = ?1", Blob{token_hash}));
}

InboxId insert_inbox(Tx& tx, const InboxRow& message)
{
    return tx.insert<InboxId>(
        "INSERT INTO inbox(kind, token_hash, peer, headers, body, received_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        message.kind, Blob{message.token_hash}, message.peer, message.headers, Blob{message.body},
        message.received_at);
}

std::optional<InboxRow> oldest_waiting_message(ReadTx& tx)
{
    Query q = tx.query("SELECT id, kind, token_hash, peer, headers, body, received_at FROM inbox "
                       "WHERE processed_at IS NULL ORDER BY id LIMIT 1");
    if (!q.step())
        return std::nullopt;
    return InboxRow{q.get<InboxId>(0),     q.get<std::string>(1), q.get<std::string>(2),
                    q.get<std::string>(3), q.get<std::string>(4), q.get<std::string>(5),
                    q.get<UnixTime>(6)};
}

void finish_message(Tx& tx, InboxId id, const std::string& outcome, const std::string& detail,
                    UnixTime now)
{
    tx.run("UPDATE inbox SET processed_at = ?2, outcome = ?3, detail = ?4 WHERE id = ?1", id, now,
           outcome, detail);
}

void keep_newest_refused(Tx& tx, int most)
{
    tx.run("DELETE FROM inbox WHERE outcome = 'refused' AND id <= (SELECT id FROM inbox "
           "WHERE outcome = 'refused' ORDER BY id DESC LIMIT 1 OFFSET ?1)",
           most);
}

int release_parked(Tx& tx, const std::string& token_hash, const std::string& detail, UnixTime now)
{
    return tx.run("UPDATE inbox SET processed_at = ?2, outcome = 'known', detail = ?3 "
                  "WHERE token_hash = ?1 AND outcome = 'parked'",
                  Blob{token_hash}, now, detail);
}

} // namespace mnara::storage

#include "storage/subscriber_store.hpp"

#include "core/crypto.hpp"
#include "domain/account_reference.hpp"

namespace mnara::storage {

namespace {

SubscriberRow read_subscriber(const Query& q)
{
    return {q.get<SubscriberId>(0),          q.get<std::string>(1),
            q.get<std::string>(2),           q.get<std::optional<std::string>>(3),
            q.get<std::string>(4),           q.get<UnixTime>(5),
            q.get<std::optional<SiteId>>(6), q.get<std::optional<std::string>>(7)};
}

constexpr std::string_view kColumns =
    "SELECT id, account_no, full_name, email, language, created_at, site_id, note FROM subscriber ";

} // namespace

SubscriberRow insert_subscriber(Tx& tx, const SubscriberRow& facts)
{
    SubscriberRow row = facts;
    {
        Query q = tx.query("SELECT COALESCE(MAX(id), 0) + 1 FROM subscriber");
        ENSURE(q.step());
        row.id = q.get<SubscriberId>(0);
    }
    row.account_no = domain::account_number(row.id.value);
    tx.run("INSERT INTO subscriber(id, account_no, full_name, email, language, created_at, "
           "site_id, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
           row.id, row.account_no, row.full_name, row.email, row.language, row.created_at,
           row.site_id, row.note);
    return row;
}

void insert_phone(Tx& tx, SubscriberId subscriber, const std::string& msisdn, UnixTime now)
{
    tx.run("INSERT INTO phone(subscriber_id, msisdn, msisdn_sha256, added_at) "
           "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (subscriber_id, msisdn) DO NOTHING",
           subscriber, msisdn, crypto::sha256_hex(msisdn), now);
}

void update_subscriber(Tx& tx, const SubscriberRow& row)
{
    tx.run("UPDATE subscriber SET full_name = ?2, email = ?3, language = ?4, site_id = ?5, "
           "note = ?6 WHERE id = ?1",
           row.id, row.full_name, row.email, row.language, row.site_id, row.note);
}

void replace_phones(Tx& tx, SubscriberId subscriber, const std::vector<std::string>& msisdns,
                    UnixTime now)
{
    tx.run("DELETE FROM phone WHERE subscriber_id = ?1", subscriber);
    // They are read back by when they were added.
    UnixTime added_at = now - Seconds{static_cast<std::int64_t>(msisdns.size())};
    for (const std::string& msisdn : msisdns)
        insert_phone(tx, subscriber, msisdn, added_at += Seconds{1});
}

std::optional<SubscriberRow> find_subscriber(ReadTx& tx, SubscriberId id)
{
    Query q = tx.query(std::string(kColumns) + "WHERE id = ?1", id);
    if (!q.step())
        return std::nullopt;
    return read_subscriber(q);
}

std::optional<SubscriberRow> find_subscriber_by_account(ReadTx& tx, const std::string& account_no)
{
    Query q = tx.query(std::string(kColumns) + "WHERE account_no = ?1", account_no);
    if (!q.step())
        return std::nullopt;
    return read_subscriber(q);
}

std::vector<std::string> phones_of(ReadTx& tx, SubscriberId id)
{
    std::vector<std::string> phones;
    Query q =
        tx.query("SELECT msisdn FROM phone WHERE subscriber_id = ?1 ORDER BY added_at, msisdn", id);
    while (q.step())
        phones.push_back(q.get<std::string>(0));
    return phones;
}

std::vector<SubscriberId> subscribers_with_phone(ReadTx& tx, const domain::PayerPhone& payer)
{
    using Form = domain::PayerPhone::Form;
    std::vector<SubscriberId> owners;
    if (payer.form != Form::Clear && payer.form != Form::Hashed)
        return owners; // a mask fits many phones: never enough to name somebody
    Query q =
        payer.form == Form::Clear
            ? tx.query("SELECT subscriber_id FROM phone WHERE msisdn = ?1", payer.value)
            : tx.query("SELECT subscriber_id FROM phone WHERE msisdn_sha256 = ?1", payer.value);
    while (q.step())
        owners.push_back(q.get<SubscriberId>(0));
    return owners;
}

} // namespace mnara::storage

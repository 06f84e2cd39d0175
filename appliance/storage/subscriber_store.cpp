#include "storage/subscriber_store.hpp"

#include "core/crypto.hpp"
#include "domain/account_reference.hpp"

namespace mnara::storage {

namespace {

SubscriberRow read_subscriber(const Query& q)
{
    return {q.get<SubscriberId>(0), q.get<std::string>(1),
            q.get<std::string>(2),  q.get<std::optional<std::string>>(3),
            q.get<std::string>(4),  q.get<UnixTime>(5)};
}

constexpr std::string_view kColumns =
    "SELECT id, account_no, full_name, email, language, created_at FROM subscriber ";

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
    tx.run("INSERT INTO subscriber(id, account_no, full_name, email, language, created_at) "
           "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
           row.id, row.account_no, row.full_name, row.email, row.language, row.created_at);
    return row;
}

void insert_phone(Tx& tx, SubscriberId subscriber, const std::string& msisdn, UnixTime now)
{
    tx.run("INSERT INTO phone(subscriber_id, msisdn, msisdn_sha256, added_at) "
           "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (subscriber_id, msisdn) DO NOTHING",
           subscriber, msisdn, crypto::sha256_hex(msisdn), now);
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

// Subscribers and their phones.
#pragma once

#include "domain/phone.hpp"
#include "storage/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::storage {

struct SubscriberRow
{
    SubscriberId id;
    std::string account_no, full_name;
    std::optional<std::string> email;
    std::string language;
    UnixTime created_at;
    std::optional<SiteId> site_id = std::nullopt;
    std::optional<std::string> note = std::nullopt;
};
// The row with the account number that belongs to its id.
SubscriberRow insert_subscriber(Tx& tx, const SubscriberRow& facts);
void insert_phone(Tx& tx, SubscriberId subscriber, const std::string& msisdn, UnixTime now);

// All but the account number and when he came.
void update_subscriber(Tx& tx, const SubscriberRow& row);
// In that order: the first is asked for money where none is named.
void replace_phones(Tx& tx, SubscriberId subscriber, const std::vector<std::string>& msisdns,
                    UnixTime now);

[[nodiscard]] std::optional<SubscriberRow> find_subscriber(ReadTx& tx, SubscriberId id);
[[nodiscard]] std::optional<SubscriberRow>
find_subscriber_by_account(ReadTx& tx, const std::string& account_no);
[[nodiscard]] std::vector<std::string> phones_of(ReadTx& tx, SubscriberId id); // oldest first
// Who has that phone; a household may share one.
[[nodiscard]] std::vector<SubscriberId> subscribers_with_phone(ReadTx& tx,
                                                               const domain::PayerPhone& payer);

} // namespace mnara::storage

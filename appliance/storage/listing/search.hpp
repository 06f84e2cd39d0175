// The search box: whatever was typed, found by the index of each thing it can be. Read only.
#pragma once

#include "storage/database.hpp"
#include "storage/listing/scope.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::storage::listing {

// What was typed, read as each thing it can be.
struct Looked
{
    std::string text;                        // without spaces around it; not empty
    std::optional<std::string> phone;        // a whole phone number, 2547XXXXXXXX
    std::optional<std::string> phone_prefix; // the beginning of one
    std::optional<std::string> phone_ending; // the last digits of one
    std::optional<std::string> account_no;
    std::optional<std::string> ipv4, station; // an address, a device; normalised
};
struct Hit
{
    // 'subscriber', 'subscription', 'payment', 'attempt', 'session', 'router', 'building'
    std::string kind;
    std::int64_t id = 0;
    std::string title, detail;
    std::optional<SubscriberId> subscriber_id;
};
// Best first: what is named as a whole, homes, beginnings, parts of names; then money by the name
// of its payer.
[[nodiscard]] std::vector<Hit> search(ReadTx& tx, const ReadScope& scope, const Looked& looked,
                                      std::size_t limit);

} // namespace mnara::storage::listing

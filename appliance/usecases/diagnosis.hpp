// Why is this customer offline? The places where it can fail, in the order in which they are looked
// at. Each says what is known in a key with values, which the screen turns into a sentence of its
// language; the first that fails carries what mends it.
#pragma once

#include "storage/listing/scope.hpp"
#include "usecases/context.hpp"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mnara::usecases {

enum class Health {
    Ok,
    Fail, // of one place at most: what stands behind the first may be its consequence
    Note, // known, and neither
    Unknown
};

// Times are UTC seconds in values that end in _at; money is cents.
using WordValues = std::map<std::string, std::variant<std::string, std::int64_t>>;
using FixBody = std::map<std::string, std::variant<std::string, std::int64_t, bool>>;
struct Fix
{
    std::string label;  // key of the words on the button
    std::string method; // empty: `path` is a page to go to
    std::string path;
    FixBody body;
    std::vector<std::string> needs; // fields of the body that a person adds
};
struct DiagnosisLine
{
    std::string_view name; // 'payment', 'subscription', 'radius', 'router', 'session', 'device'
    Health health = Health::Unknown;
    std::string word; // of that place, as "none_yet"
    WordValues values;
    std::optional<Fix> fix;
    // Names the sentence: the place and the word with a dot between.
    [[nodiscard]] std::string key() const { return std::string(name) + '.' + word; }
};
struct Diagnosis
{
    SubscriptionId subscription_id;
    SubscriberId subscriber_id;
    std::string username;
    UnixTime now;
    bool online = false; // a session with full access is open
    std::vector<DiagnosisLine> lines;
    [[nodiscard]] const DiagnosisLine* first_failing() const;
};
// Nothing where there is no such line. `scope`: what whoever asks may see, and so what he may mend.
[[nodiscard]] std::optional<Diagnosis> diagnose(storage::ReadTx& tx, const Clock& clock,
                                                const storage::listing::ReadScope& scope,
                                                SubscriptionId line);

} // namespace mnara::usecases

// How much of the business somebody may see: all of it, or what belongs to some sites. Every
// listing of subscribers, payments, attempts, routers and sessions asks for one, and there is no
// default, so that none can forget it. http takes it from whoever is signed in.
#pragma once

#include "storage/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::storage::listing {

class ReadScope
{
public:
    [[nodiscard]] static ReadScope everything() { return ReadScope(std::nullopt); }
    // At least one; what has no site is not theirs.
    [[nodiscard]] static ReadScope of_sites(const std::vector<SiteId>& sites)
    {
        std::string list;
        for (const SiteId site : sites)
            list += (list.empty() ? "[" : ",") + std::to_string(site.value);
        return ReadScope(list.empty() ? "[]" : list + "]");
    }

    [[nodiscard]] bool is_everything() const { return !sites_; }
    // To be bound in "(?n IS NULL OR x.site_id IN (SELECT value FROM json_each(?n)))".
    [[nodiscard]] const std::optional<std::string>& sites() const { return sites_; }

private:
    explicit ReadScope(std::optional<std::string> sites) : sites_(std::move(sites)) {}
    std::optional<std::string> sites_; // a JSON list of ids
};

// A subscriber's site is also that of his lines, payments and attempts; a session has the site of
// its subscriber, or of its router where nobody knows whose it is.
enum class ScopedThing { Subscriber, Subscription, Payment, Attempt, Router, Session, Username };
[[nodiscard]] bool is_in_scope(ReadTx& tx, const ReadScope& scope, ScopedThing thing,
                               std::int64_t id);
[[nodiscard]] bool is_username_in_scope(ReadTx& tx, const ReadScope& scope,
                                        const std::string& username);

} // namespace mnara::storage::listing

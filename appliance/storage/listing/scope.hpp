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
    // To be bound where inside() stands.
    [[nodiscard]] const std::optional<std::string>& sites() const { return sites_; }

private:
    explicit ReadScope(std::optional<std::string> sites) : sites_(std::move(sites)) {}
    std::optional<std::string> sites_; // a JSON list of ids
};

// SQL. True where `site` (an expression) is one of the scope's sites, which are parameter ?n.
[[nodiscard]] std::string inside(const ReadScope& scope, const std::string& site, int n);
// True where `subscriber` (an expression) is one of those who belong to the scope's sites. For
// those who ask of very many: a list of these people is made first, and none is looked up.
[[nodiscard]] std::string of_those_inside(const ReadScope& scope, const std::string& subscriber,
                                          int n);
// The site of whom `id` (an expression) names.
[[nodiscard]] std::string site_of_subscriber(const std::string& id);
// Of the session `s`: that of its subscriber, or of its router where nobody knows whose it is.
[[nodiscard]] std::string site_of_session(const std::string& s);
// True where who sees those sites sees the alert `a`: it is about one of them, or about the box.
[[nodiscard]] std::string alert_inside(const ReadScope& scope, const std::string& a, int n);

// A subscriber's site is also that of his lines, payments, attempts and tenancies; a building and
// its units have the site of their area.
enum class ScopedThing {
    Subscriber,
    Subscription,
    Payment,
    Attempt,
    Router,
    Session,
    Username, // of the line that has it, or had it last
    Area,
    Building,
    Unit,
    Tenancy,
    Alert
};
[[nodiscard]] bool is_in_scope(ReadTx& tx, const ReadScope& scope, ScopedThing thing,
                               std::int64_t id);
[[nodiscard]] bool is_username_in_scope(ReadTx& tx, const ReadScope& scope,
                                        const std::string& username);

} // namespace mnara::storage::listing

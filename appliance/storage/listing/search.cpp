#include "storage/listing/search.hpp"

#include "storage/listing/like_pattern.hpp"

#include <algorithm>
#include <array>
#include <sstream>

namespace mnara::storage::listing {

namespace {

constexpr std::size_t kWords = 3;
// As the screens write it: "KES 1,500", "KES 500.50".
constexpr const char* kSum =
    "'KES ' || printf('%,d', amount_cents / 100) "
    "|| CASE amount_cents % 100 WHEN 0 THEN '' ELSE printf('.%02d', amount_cents % 100) END";
// Behind every character that can follow: "jan" <= name < "jan" + this.
constexpr const char* kLast = "\xf4\x8f\xbf\xbf";

std::string upper(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return text;
}

std::array<std::string, kWords> patterns_of(const std::string& text)
{
    std::array<std::string, kWords> patterns{"%", "%", "%"};
    std::istringstream words(text);
    std::string word;
    for (std::size_t i = 0; i < kWords && words >> word; ++i)
        patterns.at(i) = anywhere(word);
    return patterns;
}

class Box
{
public:
    Box(ReadTx& tx, const ReadScope& scope, std::size_t limit)
        : tx_(tx), sites_(scope.sites()), limit_(limit)
    {
    }

    [[nodiscard]] bool is_full() const { return hits_.size() >= limit_; }
    [[nodiscard]] std::vector<Hit> take() { return std::move(hits_); }

    // ?1 sites of the scope, ?2 rows at most, then `args`. p is the subscriber.
    template <class... Args> void people(std::string_view from_where, const Args&... args)
    {
        add("subscriber",
            "SELECT p.id, p.full_name, p.account_no || COALESCE(' · ' || (SELECT msisdn FROM phone "
            "WHERE subscriber_id = p.id ORDER BY added_at, msisdn LIMIT 1), ''), p.id FROM " +
                std::string(from_where) + kTheirs,
            args...);
    }
    template <class... Args> void lines(std::string_view where, const Args&... args)
    {
        add("subscription",
            "SELECT s.id, s.username, p.full_name || ' · ' || s.state, p.id FROM subscription s "
            "JOIN subscriber p ON p.id = s.subscriber_id WHERE s.state <> 'terminated' AND " +
                std::string(where) + kTheirs,
            args...);
    }
    template <class... Args> void sessions(std::string_view where, const Args&... args)
    {
        add("session",
            "SELECT s.id, s.username, COALESCE(s.framed_ipv4 || ' · ', '') || s.calling_station "
            "|| CASE WHEN s.stopped_at IS NULL THEN ' · online' ELSE '' END, p.id FROM session s "
            "LEFT JOIN subscription l ON l.id = s.subscription_id "
            "LEFT JOIN subscriber p ON p.id = l.subscriber_id WHERE " +
                std::string(where),
            args...);
    }
    void money(const std::string& receipt)
    {
        add("payment",
            std::string("SELECT m.id, m.receipt, ") + kSum +
                " || COALESCE(' · ' || COALESCE(p.full_name, m.payer_name), ''), p.id "
                "FROM provider v CROSS JOIN payment m ON m.provider = v.code "
                "LEFT JOIN subscriber p ON p.id = m.subscriber_id WHERE m.receipt = ?3" +
                kTheirs,
            receipt);
        add("attempt",
            std::string("SELECT a.id, a.reference, ") + kSum +
                " || ' · ' || p.full_name || ' · ' || a.state, p.id FROM payment_attempt a "
                "JOIN subscriber p ON p.id = a.subscriber_id WHERE a.reference = ?3" +
                kTheirs,
            receipt);
    }
    template <class... Args> void routers(std::string_view where, const Args&... args)
    {
        add("router",
            "SELECT r.id, r.name, r.radius_source, NULL FROM router r WHERE "
            "(?1 IS NULL OR r.site_id IN (SELECT value FROM json_each(?1))) AND " +
                std::string(where) + " LIMIT ?2",
            args...);
    }

private:
    static constexpr const char* kTheirs =
        " AND (?1 IS NULL OR p.site_id IN (SELECT value FROM json_each(?1))) LIMIT ?2";

    template <class... Args> void add(const char* kind, const std::string& sql, const Args&... args)
    {
        if (is_full())
            return;
        Query q = tx_.query(sql, sites_, limit_, args...);
        while (!is_full() && q.step()) {
            const auto id = q.get<std::int64_t>(0);
            const bool known = std::any_of(hits_.begin(), hits_.end(), [&](const Hit& hit) {
                return hit.kind == kind && hit.id == id;
            });
            if (!known)
                hits_.push_back({kind, id, q.get<std::string>(1), q.get<std::string>(2),
                                 q.get<std::optional<SubscriberId>>(3)});
        }
    }

    ReadTx& tx_;
    const std::optional<std::string>& sites_;
    std::size_t limit_;
    std::vector<Hit> hits_;
};

constexpr std::string_view kOfTheirs =
    "(?1 IS NULL OR p.site_id IN (SELECT value FROM json_each(?1))) AND ";

} // namespace

std::vector<Hit> search(ReadTx& tx, const ReadScope& scope, const Looked& looked, std::size_t limit)
{
    Box box(tx, scope, limit);
    if (looked.account_no)
        box.people("subscriber p WHERE p.account_no = ?3", *looked.account_no);
    if (looked.phone)
        box.people("phone h JOIN subscriber p ON p.id = h.subscriber_id WHERE h.msisdn = ?3",
                   *looked.phone);
    box.lines("s.username = ?3", looked.text);
    box.money(upper(looked.text));
    if (looked.ipv4) {
        const std::string theirs(kOfTheirs);
        box.lines("s.static_ipv4 = ?3", *looked.ipv4);
        box.routers("(r.radius_source = ?3 OR r.coa_address = ?3)", *looked.ipv4);
        box.sessions(theirs + "s.framed_ipv4 = ?3 AND s.stopped_at IS NULL LIMIT ?2", *looked.ipv4);
        box.sessions(theirs + "s.framed_ipv4 = ?3 ORDER BY s.started_at DESC LIMIT MIN(?2, 3)",
                     *looked.ipv4);
    }
    if (looked.station) {
        const std::string theirs(kOfTheirs);
        box.sessions(theirs + "s.calling_station = ?3 AND s.stopped_at IS NULL LIMIT ?2",
                     *looked.station);
        box.lines("s.device_macs IS NOT NULL AND s.device_macs LIKE ?3",
                  "% " + *looked.station + " %");
        box.sessions(theirs + "s.calling_station = ?3 ORDER BY s.started_at DESC LIMIT MIN(?2, 3)",
                     *looked.station);
    }
    box.lines("s.username >= ?3 AND s.username < ?4", looked.text, looked.text + kLast);
    if (looked.phone_prefix)
        box.people("phone h JOIN subscriber p ON p.id = h.subscriber_id "
                   "WHERE h.msisdn >= ?3 AND h.msisdn < ?4",
                   *looked.phone_prefix, *looked.phone_prefix + ':');
    box.people("subscriber p WHERE p.full_name COLLATE NOCASE >= ?3 "
               "AND p.full_name COLLATE NOCASE < ?4",
               looked.text, looked.text + kLast);
    const auto words = patterns_of(looked.text);
    box.people("subscriber p INDEXED BY subscriber_name WHERE p.full_name LIKE ?3 ESCAPE '\\' "
               "AND p.full_name LIKE ?4 ESCAPE '\\' AND p.full_name LIKE ?5 ESCAPE '\\'",
               words[0], words[1], words[2]);
    box.routers("r.name LIKE ?3 ESCAPE '\\'", anywhere(looked.text));
    return box.take();
}

} // namespace mnara::storage::listing

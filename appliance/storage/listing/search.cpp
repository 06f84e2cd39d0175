#include "storage/listing/search.hpp"

#include "storage/listing/like_pattern.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <sstream>

namespace mnara::storage::listing {

namespace {

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

constexpr std::string_view kOfTheirs =
    "(?1 IS NULL OR p.site_id IN (SELECT value FROM json_each(?1))) AND ";

// Shorter words are in the name of nearly every building.
constexpr std::size_t kBuildingWordMin = 3;
constexpr std::size_t kHomesMax = 8;
// Payers are asked for while the payment is fresh; nobody waits for a walk through the years.
constexpr std::size_t kPayersMax = 5;
constexpr int kPaymentsWalked = 3'000;

// All words are in `name` (an expression); they are ?3 to ?5.
std::string has_words(const std::string& name)
{
    return '(' + name + " LIKE ?3 ESCAPE '\\' AND " + name + " LIKE ?4 ESCAPE '\\' AND " + name +
           " LIKE ?5 ESCAPE '\\')";
}

// Those words that say something of a building; an empty pattern is in no name.
std::array<std::string, kWordsLooked> building_words(const std::string& text)
{
    std::array<std::string, kWordsLooked> patterns;
    std::istringstream words(text);
    std::size_t found = 0;
    for (std::string word; found < kWordsLooked && words >> word;)
        if (word.size() >= kBuildingWordMin)
            patterns.at(found++) = anywhere(word);
    return patterns;
}

bool has_letters(const std::string& text)
{
    return std::any_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               static_cast<unsigned char>(c) >= 0x80;
    });
}

std::int64_t power_of_ten(std::size_t digits)
{
    std::int64_t power = 1;
    for (std::size_t i = 0; i < digits; ++i)
        power *= 10;
    return power;
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
    // By the index of the last four; the digits are compared as numbers.
    void phones_ending(const std::string& digits)
    {
        people("phone h INDEXED BY phone_ending CROSS JOIN subscriber p ON p.id = h.subscriber_id "
               "WHERE h.msisdn % 10000 = ?4 % 10000 AND h.msisdn % ?3 = ?4",
               power_of_ten(digits.size()), std::stoll(digits));
    }
    // Who lives there: "Blue Court A3" and "a3 blue" name the home, "Blue Court" a building.
    void homes(const std::string& text)
    {
        const auto words = words_anywhere(text);
        const auto some = building_words(text);
        add("subscriber",
            "SELECT p.id, p.full_name, b.name || ' ' || u.label || ' · ' || p.account_no, p.id "
            "FROM building b CROSS JOIN unit u ON u.building_id = b.id CROSS JOIN tenancy t "
            "ON t.unit_id = u.id AND t.until_at IS NULL CROSS JOIN subscriber p "
            "ON p.id = t.subscriber_id WHERE " +
                std::string(kOfTheirs) +
                "(b.name LIKE ?6 ESCAPE '\\' OR b.name LIKE ?7 ESCAPE '\\' "
                "OR b.name LIKE ?8 ESCAPE '\\') AND " +
                has_words("b.name || ' ' || u.label") + " AND NOT " + has_words("b.name") +
                " ORDER BY length(u.label), u.label LIMIT MIN(?2, ?9)",
            words[0], words[1], words[2], some[0], some[1], some[2], kHomesMax);
        add("building",
            "SELECT b.id, b.name, p.name, NULL FROM building b JOIN area p ON p.id = b.area_id "
            "WHERE " +
                std::string(kOfTheirs) + has_words("b.name") +
                " ORDER BY length(b.name), b.name LIMIT MIN(?2, ?6)",
            words[0], words[1], words[2], kHomesMax);
    }
    // The newest of each payer, but for those who pay for themselves: they are found by their name.
    void payers(const std::string& text)
    {
        const auto words = words_anywhere(text);
        for (const char* walked : {"payment INDEXED BY payment_unmatched WHERE subscriber_id "
                                   "IS NULL AND duplicate_of IS NULL",
                                   "payment"})
            add("payment",
                std::string("SELECT MAX(m.id), m.payer_name, ") + kSum +
                    " || COALESCE(' · ' || m.receipt, '') || COALESCE(' · ' || p.full_name, ''), "
                    "p.id FROM (SELECT * FROM " +
                    walked +
                    " ORDER BY id DESC LIMIT ?6) m LEFT JOIN subscriber p "
                    "ON p.id = m.subscriber_id WHERE " +
                    std::string(kOfTheirs) + has_words("m.payer_name") +
                    " AND (p.id IS NULL OR NOT " + has_words("p.full_name") +
                    ") GROUP BY COALESCE(p.id, -m.id) ORDER BY 1 DESC LIMIT MIN(?2, ?7)",
                words[0], words[1], words[2], kPaymentsWalked, kPayersMax);
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
            "SELECT s.id, s.username, COALESCE(p.full_name || ' · ', '') || "
            "COALESCE(s.framed_ipv4 || ' · ', '') || s.calling_station "
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

} // namespace

std::vector<Hit> search(ReadTx& tx, const ReadScope& scope, const Looked& looked, std::size_t limit)
{
    // A whole phone, address or device is nobody's name, which would be looked for in all of them.
    const bool in_names = !looked.phone && !looked.ipv4 && !looked.station;
    const bool in_words = in_names && has_letters(looked.text);
    // However many have such a name, money of somebody's friend is to be found beside them.
    std::vector<Hit> paid;
    if (in_words) {
        Box payers(tx, scope, kPayersMax);
        payers.payers(looked.text);
        paid = payers.take();
    }
    Box box(tx, scope, limit - paid.size());
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
    if (looked.phone_ending)
        box.phones_ending(*looked.phone_ending);
    if (in_words)
        box.homes(looked.text);
    if (in_names) {
        const auto words = words_anywhere(looked.text);
        box.people("subscriber p WHERE p.full_name COLLATE NOCASE >= ?3 "
                   "AND p.full_name COLLATE NOCASE < ?4",
                   looked.text, looked.text + kLast);
        box.people("subscriber p INDEXED BY subscriber_name WHERE p.full_name LIKE ?3 ESCAPE '\\' "
                   "AND p.full_name LIKE ?4 ESCAPE '\\' AND p.full_name LIKE ?5 ESCAPE '\\'",
                   words[0], words[1], words[2]);
    }
    box.routers("r.name LIKE ?3 ESCAPE '\\'", anywhere(looked.text));
    auto hits = box.take();
    std::move(paid.begin(), paid.end(), std::back_inserter(hits));
    return hits;
}

} // namespace mnara::storage::listing

#include "storage/listing/people_list.hpp"

#include "storage/listing/home.hpp"
#include "storage/listing/like_pattern.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <sstream>

namespace mnara::storage::listing {

namespace {

// Fewer than this many are looked at one by one and sorted; more are met soon enough on the way
// along an index in the order that is asked for.
constexpr std::int64_t kFew = 2000;
constexpr std::size_t kWords = 3;

// The parameters, the same in every statement:
// ?1 rows, ?2 ?3 cursor, ?4 sites of the scope, ?5 site, ?6 state, ?7 plan, ?8 ?9 end of paid time,
// ?10 area, ?11 building, ?12 debt, ?13 search as typed, ?14 phone, ?15 ?16 ?17 words of a name,
// ?18 those who are named.
constexpr std::string_view kWanted =
    "(?4 IS NULL OR p.site_id IN (SELECT value FROM json_each(?4))) "
    "AND (?5 IS NULL OR p.site_id = ?5) "
    "AND ((?6 IS NULL AND ?7 IS NULL AND ?9 IS NULL) OR EXISTS (SELECT 1 FROM subscription s "
    "WHERE s.subscriber_id = p.id AND (?6 IS NULL OR s.state = ?6) "
    "AND (?7 IS NULL OR s.plan_code = ?7) "
    "AND (?9 IS NULL OR (s.state = 'active' AND s.paid_until >= ?8 AND s.paid_until < ?9)))) "
    "AND ((?10 IS NULL AND ?11 IS NULL) OR EXISTS (SELECT 1 FROM tenancy t "
    "JOIN unit u ON u.id = t.unit_id JOIN building b ON b.id = u.building_id "
    "WHERE t.subscriber_id = p.id AND t.until_at IS NULL AND (?11 IS NULL OR b.id = ?11) "
    "AND (?10 IS NULL OR b.area_id = ?10))) "
    "AND (?12 = 0 OR EXISTS (SELECT 1 FROM ledger_balance l WHERE l.subscriber_id = p.id "
    "AND l.kind = 'receivable' AND l.balance_cents > 0)) "
    "AND (?13 = '' OR p.account_no = ?13 "
    "OR EXISTS (SELECT 1 FROM phone h WHERE h.subscriber_id = p.id AND h.msisdn >= ?14 "
    "AND h.msisdn < ?14 || ':') "
    "OR EXISTS (SELECT 1 FROM subscription s WHERE s.subscriber_id = p.id "
    "AND s.username >= ?13 AND s.username < ?13 || char(1114111)) "
    "OR (p.full_name LIKE ?15 ESCAPE '\\' AND p.full_name LIKE ?16 ESCAPE '\\' "
    "AND p.full_name LIKE ?17 ESCAPE '\\'))";

constexpr std::string_view kColumns =
    "p.id, p.account_no, p.full_name, p.email, p.language, p.created_at, p.site_id, p.note";

// It begins with what was typed.
constexpr const char* kUsername = "username >= ?13 AND username < ?13 || char(1114111)";

// Ways to name the people by an index; `enough` of them at most for each thing that is searched.
// A way may name too many, for kWanted is asked of all; that of the search alone names just them.
std::vector<std::string> ways(const WhichPeople& which, const ReadScope& scope, std::int64_t enough)
{
    const auto few = [enough](const std::string& ids) {
        return "SELECT * FROM (SELECT DISTINCT * FROM (" + ids + ") LIMIT " +
               std::to_string(enough) + ")";
    };
    std::vector<std::string> found;
    if (!which.search.empty())
        found.push_back(
            "SELECT id FROM subscriber WHERE account_no = ?13 UNION " +
            few("SELECT subscriber_id FROM phone WHERE msisdn >= ?14 AND msisdn < ?14 || ':'") +
            " UNION " +
            few(std::string("SELECT subscriber_id FROM subscription INDEXED BY "
                            "subscription_username WHERE state <> 'terminated' AND ") +
                kUsername) +
            " UNION " +
            few(std::string("SELECT subscriber_id FROM subscription INDEXED BY "
                            "subscription_resting WHERE state = 'terminated' "
                            "AND state NOT IN ('active','expired') AND ") +
                kUsername) +
            " UNION " +
            few("SELECT id FROM subscriber WHERE full_name LIKE ?15 ESCAPE '\\' "
                "AND full_name LIKE ?16 ESCAPE '\\' AND full_name LIKE ?17 ESCAPE '\\'"));
    if (which.building_id || which.area_id)
        found.push_back(std::string("SELECT DISTINCT t.subscriber_id AS id FROM building b "
                                    "JOIN unit u ON u.building_id = b.id "
                                    "JOIN tenancy t ON t.unit_id = u.id WHERE ") +
                        (which.building_id ? "b.id = ?11" : "b.area_id = ?10") +
                        " AND t.until_at IS NULL");
    if (which.has_debt)
        found.emplace_back("SELECT subscriber_id AS id FROM ledger_account "
                           "WHERE kind = 'receivable' AND subscriber_id IS NOT NULL");
    if (which.state || which.plan_code || which.expiring_before) {
        // The end of the paid time names the fewest; the planner cannot know that.
        std::string lines = "SELECT DISTINCT subscriber_id AS id FROM subscription";
        if (which.expiring_before)
            lines +=
                which.plan_code ? " INDEXED BY subscription_ends" : " INDEXED BY subscription_due";
        lines += " WHERE 1";
        if (which.expiring_before)
            lines += " AND state = 'active' AND paid_until >= ?8 AND paid_until < ?9";
        if (which.plan_code)
            lines += " AND plan_code = ?7";
        if (which.state)
            lines += " AND state = ?6";
        found.push_back(std::move(lines));
    }
    if (which.site_id)
        found.emplace_back("SELECT id FROM subscriber WHERE site_id = ?5");
    if (!scope.is_everything())
        found.emplace_back("SELECT p.id FROM json_each(?4) z CROSS JOIN subscriber p "
                           "ON p.site_id = z.value");
    return found;
}

// The last takes whatever is left.
std::array<std::string, kWords> words_of(const std::string& search)
{
    std::array<std::string, kWords> patterns{"%", "%", "%"};
    std::istringstream words(search);
    std::string word;
    for (std::size_t i = 0; i + 1 < kWords && words >> word; ++i)
        patterns.at(i) = anywhere(word);
    std::string rest;
    std::getline(words >> std::ws, rest);
    while (!rest.empty() && rest.back() == ' ')
        rest.pop_back();
    if (!rest.empty())
        patterns.back() = anywhere(rest);
    return patterns;
}

struct Cursor
{
    std::string text; // a name; "paid" or "never" in the order of the paid time
    std::int64_t number = 0, id = 0;
};

class PeopleSearch
{
public:
    // Fewer than `enough` are named one by one.
    PeopleSearch(ReadTx& tx, const ReadScope& scope, const WhichPeople& which,
                 std::int64_t enough = kFew)
        : tx_(tx), scope_(scope), which_(which), words_(words_of(which.search))
    {
        auto fewest = static_cast<std::size_t>(enough);
        for (const std::string& way : ways(which, scope, enough)) {
            // The condition is there for the parameters, which are the same everywhere.
            Query q = ask("SELECT id FROM (" + way + ") WHERE ?18 IS NOT NULL LIMIT " +
                              std::to_string(enough),
                          0, std::string(), std::int64_t{0});
            std::vector<std::int64_t> ids;
            while (q.step())
                ids.push_back(q.get<std::int64_t>(0));
            if (ids.size() >= fewest)
                continue;
            fewest = ids.size();
            is_named_ = true;
            named_.clear();
            for (const std::int64_t id : ids)
                named_ += (named_.empty() ? "" : ",") + std::to_string(id);
        }
        named_ = '[' + named_ + ']';
    }

    [[nodiscard]] bool is_named() const { return is_named_; }

    // `from`: how p is walked where nobody is named; `behind` and `order` may use more tables.
    template <class Number, class Text>
    Query rows(std::string_view sort_value, std::string_view from, std::string_view more_tables,
               std::string_view behind, std::string_view order, int limit, const Text& text,
               Number number)
    {
        std::string sql = "SELECT " + std::string(kColumns) + ", " + std::string(sort_value);
        if (!is_named_)
            sql += " FROM " + std::string(from);
        else
            sql += " FROM json_each(?18) c CROSS JOIN subscriber p ON p.id = c.value " +
                   std::string(more_tables);
        sql += " WHERE ?18 IS NOT NULL AND " + std::string(behind) + " AND " +
               std::string(kWanted) + " ORDER BY " + std::string(order) + " LIMIT ?1";
        return ask(sql, limit, text, number);
    }

private:
    template <class Text, class Number>
    Query ask(const std::string& sql, int limit, const Text& text, Number number)
    {
        return tx_.query(sql, limit, text, number, scope_.sites(), which_.site_id, which_.state,
                         which_.plan_code, which_.expiring_from, which_.expiring_before,
                         which_.area_id, which_.building_id, which_.has_debt, which_.search,
                         which_.phone, words_[0], words_[1], words_[2], named_);
    }

    ReadTx& tx_;
    const ReadScope& scope_;
    const WhichPeople& which_;
    std::array<std::string, kWords> words_;
    bool is_named_ = false; // so few that it is known who
    std::string named_;     // a JSON list of their ids
};

SubscriberRow read_subscriber(const Query& q)
{
    return {q.get<SubscriberId>(0),          q.get<std::string>(1),
            q.get<std::string>(2),           q.get<std::optional<std::string>>(3),
            q.get<std::string>(4),           q.get<UnixTime>(5),
            q.get<std::optional<SiteId>>(6), q.get<std::optional<std::string>>(7)};
}

std::optional<std::int64_t> whole(std::string_view text)
{
    std::int64_t value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || rest != text.data() + text.size() || value < 0)
        return std::nullopt;
    return value;
}

// "12", "12:Jane", "paid:1768456800:12", "never:12".
std::optional<Cursor> read_cursor(PeopleOrder order, const std::string& after)
{
    if (after.empty())
        return order == PeopleOrder::Newest
                   ? Cursor{"", 0, std::numeric_limits<std::int64_t>::max()}
                   : Cursor{order == PeopleOrder::PaidUntil ? "paid" : "", 0, 0};
    const std::size_t first = std::min(after.find(':'), after.size());
    const std::string head = after.substr(0, first);
    const std::string tail = after.substr(std::min(first + 1, after.size()));
    if (order == PeopleOrder::PaidUntil) {
        const std::size_t second = tail.find(':');
        const auto number = head == "paid" ? whole(tail.substr(0, second)) : std::optional(0L);
        const auto id =
            whole(head == "paid" && second != std::string::npos ? tail.substr(second + 1) : tail);
        if ((head != "paid" && head != "never") || !number || !id)
            return std::nullopt;
        return Cursor{head, *number, *id};
    }
    const auto id = whole(head);
    if (!id || (order != PeopleOrder::Name && first != after.size()))
        return std::nullopt;
    return Cursor{tail, 0, *id};
}

// A line with paid time that all conditions of a line fit; the order goes by the soonest of these.
std::string fits(const std::string& line)
{
    return line + ".paid_until IS NOT NULL AND " + line +
           ".state <> 'terminated' AND (?6 IS NULL OR " + line +
           ".state = ?6) AND (?7 IS NULL OR " + line + ".plan_code = ?7) AND (?9 IS NULL OR (" +
           line + ".state = 'active' AND " + line + ".paid_until >= ?8 AND " + line +
           ".paid_until < ?9))";
}

void by_paid_until(PeopleSearch& search, const Cursor& cursor, std::size_t wanted,
                   std::vector<ListedSubscriber>& rows)
{
    if (cursor.text == "paid") {
        Query q =
            search.rows("f.paid_until, f.id",
                        "subscription f INDEXED BY subscription_paid CROSS JOIN subscriber p "
                        "ON p.id = f.subscriber_id",
                        "JOIN subscription f ON f.subscriber_id = p.id",
                        fits("f") +
                            " AND (f.paid_until, f.id) > (?2, ?3) AND NOT EXISTS (SELECT 1 FROM "
                            "subscription o WHERE o.subscriber_id = f.subscriber_id AND "
                            "(o.paid_until, o.id) < (f.paid_until, f.id) AND " +
                            fits("o") + ")",
                        "f.paid_until, f.id", static_cast<int>(wanted), cursor.number, cursor.id);
        while (q.step())
            rows.push_back({read_subscriber(q), "paid:" + std::to_string(q.get<std::int64_t>(8)) +
                                                    ':' + std::to_string(q.get<std::int64_t>(9))});
    }
    if (rows.size() >= wanted)
        return;
    Query q = search.rows("p.id AS id", "subscriber p", "",
                          "p.id > ?3 AND ?2 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM subscription "
                          "f WHERE f.subscriber_id = p.id AND " +
                              fits("f") + ")",
                          "p.id ASC", static_cast<int>(wanted - rows.size()), std::int64_t{0},
                          cursor.text == "never" ? cursor.id : 0);
    while (q.step())
        rows.push_back({read_subscriber(q), "never:" + std::to_string(q.get<std::int64_t>(8))});
}

} // namespace

std::optional<PeoplePage> people(ReadTx& tx, const ReadScope& scope, const WhichPeople& which,
                                 PeopleOrder order, int limit, const std::string& after)
{
    const auto cursor = read_cursor(order, after);
    if (!cursor)
        return std::nullopt;
    PeopleSearch search(tx, scope, which);
    PeoplePage page;
    const auto take = [&](Query q) {
        while (q.step()) {
            SubscriberRow row = read_subscriber(q);
            std::string behind = std::to_string(row.id.value);
            if (order == PeopleOrder::Name)
                behind += ':' + row.full_name;
            page.rows.push_back({std::move(row), std::move(behind)});
        }
    };
    switch (order) {
    case PeopleOrder::Created:
        take(search.rows("0", "subscriber p", "", "p.id > ?3 AND ?2 IS NOT NULL", "p.id ASC",
                         limit + 1, cursor->text, cursor->id));
        break;
    case PeopleOrder::Newest:
        take(search.rows("0", "subscriber p", "", "p.id < ?3 AND ?2 IS NOT NULL", "p.id DESC",
                         limit + 1, cursor->text, cursor->id));
        break;
    case PeopleOrder::Name:
        take(search.rows("0", "subscriber p INDEXED BY subscriber_name", "",
                         "(p.full_name COLLATE NOCASE, p.id) > (?2, ?3)",
                         "p.full_name COLLATE NOCASE, p.id", limit + 1, cursor->text, cursor->id));
        break;
    case PeopleOrder::PaidUntil:
        by_paid_until(search, *cursor, static_cast<std::size_t>(limit) + 1, page.rows);
        break;
    }
    page.more = page.rows.size() > static_cast<std::size_t>(limit);
    if (page.more)
        page.rows.resize(static_cast<std::size_t>(limit));
    return page;
}

PeopleCount count_of_people(ReadTx& tx, const ReadScope& scope, const WhichPeople& which)
{
    const bool is_filtered = which.plan_code || which.expiring_before || which.site_id ||
                             which.area_id || which.building_id || which.has_debt;
    const bool is_plain = which.search.empty() && !is_filtered;
    // Counted from an index alone, however many they are.
    if (is_plain && !which.state)
        return {count_of_subscribers(tx, scope), false};
    if (is_plain)
        for (const auto& row : lines_by_state(tx, scope))
            if (row.state == *which.state)
                return {row.subscribers, false};
    const bool is_search_alone = !is_filtered && !which.state && scope.is_everything();
    PeopleSearch search(tx, scope, which, is_search_alone ? kPeopleCounted + 1 : kFew);
    if (is_search_alone && !search.is_named())
        return {kPeopleCounted, true};
    Query q = search.rows("0", "subscriber p", "", "p.id > ?3 AND ?2 IS NOT NULL", "p.id ASC",
                          static_cast<int>(kPeopleCounted) + 1, std::string(), std::int64_t{0});
    PeopleCount found;
    while (found.n < kPeopleCounted && q.step())
        ++found.n;
    found.more = found.n == kPeopleCounted && q.step();
    return found;
}

std::vector<SubscriberLine> lines_of(ReadTx& tx, SubscriberId subscriber)
{
    std::vector<SubscriberLine> rows;
    Query q = tx.query(
        "SELECT s.id, s.username, s.plan_code, v.name, s.state, s.paid_until, "
        "EXISTS (SELECT 1 FROM session o INDEXED BY session_open_username "
        "WHERE o.username = s.username AND o.stopped_at IS NULL "
        "AND substr(o.class, -5) = ':full' AND o.subscription_id = s.id) "
        "FROM subscription s JOIN plan v ON v.code = s.plan_code WHERE s.subscriber_id = ?1 "
        "ORDER BY s.id",
        subscriber);
    while (q.step())
        rows.push_back({q.get<SubscriptionId>(0), q.get<std::string>(1), q.get<std::string>(2),
                        q.get<std::string>(3), q.get<std::string>(4),
                        q.get<std::optional<UnixTime>>(5), q.get<bool>(6)});
    const auto is_live = [](const SubscriberLine& line) { return line.state != "terminated"; };
    if (std::any_of(rows.begin(), rows.end(), is_live))
        std::erase_if(rows, [&](const SubscriberLine& line) { return !is_live(line); });
    return rows;
}

} // namespace mnara::storage::listing

#include "http/api.hpp"
#include "http/operator_views.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "http/views.hpp"

#include <array>
#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

namespace listing = usecases::listing;
using Mark = listing::TimelineMark;

constexpr std::array<std::string_view, 5> kKinds{"attempt", "payment", "line", "session", "audit"};

std::string_view name_of(Mark::Kind kind)
{
    return kKinds.at(static_cast<std::size_t>(kind));
}

std::optional<Mark::Kind> kind_named(std::string_view name)
{
    const auto* found = std::find(kKinds.begin(), kKinds.end(), name);
    if (found == kKinds.end())
        return std::nullopt;
    return static_cast<Mark::Kind>(found - kKinds.begin());
}

// "1768456800.payment.12.0"
std::string cursor_of(const Mark& mark)
{
    return fmt::format("{}.{}.{}.{}", to_seconds(mark.at), name_of(mark.kind), mark.id, mark.seq);
}

std::optional<Mark> read_cursor(std::string_view text)
{
    const auto part = [&] {
        const std::size_t dot = std::min(text.find('.'), text.size());
        const std::string_view head = text.substr(0, dot);
        text.remove_prefix(std::min(dot + 1, text.size()));
        return head;
    };
    const auto at = positive_number(part());
    const auto kind = kind_named(part());
    const auto id = positive_number(part());
    std::int64_t seq = -1;
    const std::string_view last = part();
    const auto [rest, error] = std::from_chars(last.data(), last.data() + last.size(), seq);
    if (!at || *at > to_seconds(kForever) || !kind || !id || error != std::errc{} ||
        rest != last.data() + last.size() || seq < 0 || !text.empty())
        return std::nullopt;
    return Mark{unix_time(*at), *kind, *id, seq};
}

template <class T> Json or_null(const std::optional<T>& value)
{
    if constexpr (std::is_same_v<T, UnixTime>)
        return value ? Json(to_seconds(*value)) : Json();
    else
        return value ? Json(*value) : Json();
}

Json line_event(const listing::LineEvent& event)
{
    Json term;
    if (event.term)
        term = {{"id", event.term->id.value},
                {"plan_code", event.term->plan_code},
                {"plan_version", event.term->plan_version},
                {"price_cents", event.term->price.cents()},
                {"starts_at", to_seconds(event.term->starts_at)},
                {"ends_at", to_seconds(event.term->ends_at)}};
    return {{"subscription_id", event.subscription_id.value},
            {"username", event.username},
            {"event", event.event},
            {"from_state", event.from_state},
            {"to_state", event.to_state},
            {"paid_until", or_null(event.paid_until)},
            {"actor", event.actor},
            {"actor_name", or_null(event.actor_name)},
            {"reason", or_null(event.reason)},
            {"term", std::move(term)}};
}

Json audit_entry(const listing::AuditEntry& entry)
{
    return {{"id", entry.id},
            {"actor", entry.actor},
            {"actor_name", or_null(entry.actor_name)},
            {"action", entry.action},
            {"entity", entry.entity},
            {"entity_id", entry.entity_id},
            {"fields", views::audit_fields(entry.detail)}};
}

Json thing_of(storage::ReadTx& tx, const Mark& mark)
{
    switch (mark.kind) {
    case Mark::Kind::Attempt:
        return views::attempt(tx, listing::find_attempt(tx, AttemptId{mark.id}).value());
    case Mark::Kind::Payment:
        return views::payment(tx, listing::find_payment(tx, PaymentId{mark.id}).value());
    case Mark::Kind::Line:
        return line_event(listing::find_line_event(tx, SubscriptionId{mark.id}, mark.seq).value());
    case Mark::Kind::Session:
        return views::session(listing::find_session_view(tx, SessionId{mark.id}).value());
    case Mark::Kind::Audit:
        break;
    }
    return audit_entry(listing::find_audit(tx, mark.id).value());
}

// "assignment:12:1" -> 12, where the entry is about a payment.
std::optional<PaymentId> payment_of(std::string_view source_key)
{
    for (const std::string_view kind : {"payment:", "assignment:", "duplicate:", "unassign:"})
        if (source_key.substr(0, kind.size()) == kind) {
            source_key.remove_prefix(kind.size());
            const auto id = positive_number(source_key.substr(0, source_key.find(':')));
            return id ? std::optional(PaymentId{*id}) : std::nullopt;
        }
    return std::nullopt;
}

Json wallet_entry(storage::ReadTx& tx, const listing::WalletEntry& row)
{
    const auto payment = payment_of(row.source_key);
    const auto found = payment ? listing::find_payment(tx, *payment) : std::nullopt;
    return {{"seq", row.seq},
            {"at", to_seconds(row.at)},
            {"kind", row.kind},
            {"delta_cents", row.delta.cents()},
            {"balance_cents", row.balance.cents()},
            {"payment_id", payment ? Json(payment->value) : Json()},
            {"receipt", found ? or_null(found->receipt) : Json()},
            {"term_id", row.term_id ? Json(row.term_id->value) : Json()},
            {"subscription_id", row.subscription_id ? Json(row.subscription_id->value) : Json()},
            {"username", or_null(row.username)},
            {"plan_name", or_null(row.plan_name)},
            {"ends_at", or_null(row.ends_at)},
            {"actor", row.actor},
            {"actor_name", or_null(row.actor_name)}};
}

} // namespace

Reply timeline(storage::ReadTx& tx, Call& call)
{
    const auto id = id_in_path<SubscriberId>(call);
    if (!listing::find_subscriber(tx, id))
        return not_found("subscriber");
    const auto limit = limit_of(call.request);
    if (!limit)
        return limit.error();
    std::optional<Mark::Kind> only;
    if (const auto name = call.request.parameter("kind"); name && !name->empty()) {
        only = kind_named(*name);
        if (!only)
            return problem(422, "bad_filter", "kind: is payment, attempt, line, session or audit.");
    }
    std::optional<Mark> after;
    if (const auto text = call.request.parameter("after"); text && !text->empty()) {
        after = read_cursor(*text);
        if (!after)
            return problem(422, "bad_page", "after is the next of the page before.");
    }
    auto marks = listing::timeline(tx, id, only, after, *limit);
    Json next;
    if (marks.size() > static_cast<std::size_t>(*limit)) {
        marks.pop_back();
        next = cursor_of(marks.back());
    }
    Json items = Json::array();
    for (const Mark& mark : marks) {
        const std::string kind(name_of(mark.kind));
        Json item{{"at", to_seconds(mark.at)},
                  {"kind", kind},
                  {"key", mark.seq > 0 ? fmt::format("{}:{}:{}", kind, mark.id, mark.seq)
                                       : fmt::format("{}:{}", kind, mark.id)}};
        item[kind] = thing_of(tx, mark);
        items.push_back(std::move(item));
    }
    return json_reply({{"items", std::move(items)}, {"next", std::move(next)}});
}

Reply wallet(storage::ReadTx& tx, Call& call)
{
    const auto id = id_in_path<SubscriberId>(call);
    if (!listing::find_subscriber(tx, id))
        return not_found("subscriber");
    const auto page = page_of(call.request);
    if (!page)
        return page.error();
    auto rows = listing::wallet_entries(tx, id, *page);
    const bool more = listing::cut_to_page(rows, *page);
    Json items = Json::array();
    for (const auto& row : rows)
        items.push_back(wallet_entry(tx, row));
    const auto balances = listing::balances_of(tx, id);
    return json_reply({{"wallet_cents", balances.wallet.cents()},
                       {"debt_cents", balances.debt.cents()},
                       {"items", std::move(items)},
                       {"next", more ? Json(rows.back().seq) : Json()}});
}

Reply sessions_of_subscriber(storage::ReadTx& tx, Call& call)
{
    const auto id = id_in_path<SubscriberId>(call);
    if (!listing::find_subscriber(tx, id))
        return not_found("subscriber");
    const auto page = page_of(call.request);
    if (!page)
        return page.error();
    // Who may see the subscriber sees his sessions, on whichever router.
    return json_reply(list_of(listing::sessions(tx, listing::ReadScope::everything(),
                                                {flag(call.request, "open"), "", id}, *page),
                              *page, &views::session));
}

} // namespace mnara::http::api

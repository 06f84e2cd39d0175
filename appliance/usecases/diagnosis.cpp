#include "usecases/diagnosis.hpp"

#include "domain/access.hpp"
#include "storage/attempt_store.hpp"
#include "storage/ledger_store.hpp"
#include "storage/listing/line_health.hpp"
#include "storage/listing/network.hpp"
#include "storage/listing/office.hpp"
#include "storage/listing/people.hpp"
#include "storage/payment_store.hpp"
#include "storage/plan_store.hpp"
#include "storage/router_store.hpp"
#include "usecases/settings.hpp"
#include "usecases/trusted_time.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace mnara::usecases {

namespace {

namespace listing = storage::listing;
using domain::AttemptState;
using domain::SubscriptionState;

// A router reports each session once an interval; three lost ones are no accident.
constexpr int kIntervalsMissed = 3;
// So many logins in so short a time: something hangs up and dials again.
constexpr int kRedials = 5;
constexpr Seconds kRedialWindow{15 * 60};

std::optional<RouterId> router_named(const std::string& name)
{
    std::int64_t id = 0;
    const auto [rest, error] = std::from_chars(name.data(), name.data() + name.size(), id);
    if (error != std::errc{} || rest != name.data() + name.size())
        return std::nullopt;
    return RouterId{id};
}

class Doctor
{
public:
    Doctor(storage::ReadTx& tx, const Clock& clock, const listing::ReadScope& scope,
           domain::Subscription line)
        : tx_(tx), scope_(scope), line_(std::move(line)), time_(trusted_time(tx, clock)),
          price_(storage::find_plan(tx, line_.plan_code).value().current.price),
          event_(listing::last_event_of(tx, line_.id)),
          verdict_(listing::auth_result(tx, line_.username)),
          open_(storage::open_sessions_of(tx, line_.username)),
          last_(listing::last_session_of(tx, line_.id)),
          silence_(kIntervalsMissed * access_settings(tx).interim_seconds)
    {
        for (const storage::SessionRow& session : open_)
            if (is_full(session))
                full_ = &session;
        is_paid_ = line_.paid_until && *line_.paid_until > time_.judged_by;
    }

    Diagnosis examine()
    {
        Diagnosis found{line_.id,
                        line_.subscriber_id,
                        line_.username,
                        time_.now,
                        full_ != nullptr && is_paid_ && is_live(),
                        {}};
        found.lines = {payment(), subscription(), radius(), router(), session(), device()};
        bool failed = false;
        for (DiagnosisLine& line : found.lines) {
            if (failed && line.health == Health::Fail)
                line.health = Health::Note;
            if (line.health != Health::Fail)
                line.fix.reset();
            failed = failed || line.health == Health::Fail;
        }
        return found;
    }

private:
    static bool is_full(const storage::SessionRow& session)
    {
        const auto given = domain::read_class(session.class_text.value_or(""));
        return given && given->full;
    }
    [[nodiscard]] bool is_live() const
    {
        return line_.state != SubscriptionState::Suspended &&
               line_.state != SubscriptionState::Terminated;
    }
    [[nodiscard]] std::string of_line(std::string_view what) const
    {
        return fmt::format("/api/v1/subscriptions/{}/{}", line_.id.value, what);
    }
    [[nodiscard]] Fix collect() const { return {"collect", "POST", of_line("collect"), {}, {}}; }
    static Fix hang_up(const storage::SessionRow& session)
    {
        return {"disconnect",
                "POST",
                fmt::format("/api/v1/sessions/{}/disconnect", session.id.value),
                {},
                {}};
    }
    [[nodiscard]] std::optional<Fix> call() const
    {
        const auto phones = listing::phones_of(tx_, line_.subscriber_id);
        if (phones.empty())
            return std::nullopt;
        return Fix{"call", "", "tel:+" + phones.front(), {}, {}};
    }

    DiagnosisLine payment()
    {
        DiagnosisLine line{"payment", Health::Fail, "", {}, std::nullopt};
        if (!is_live()) { // money lifts neither
            line.health = Health::Note;
            line.word = "not_asked";
            return line;
        }
        if (is_paid_) {
            line.health = Health::Ok;
            line.word = "paid";
            line.values["paid_until_at"] = to_seconds(*line_.paid_until);
            return line;
        }
        const Money wallet =
            storage::account_balance(tx_, domain::wallet_account(line_.subscriber_id));
        line.values = {{"price_cents", price_.cents()}, {"wallet_cents", wallet.cents()}};
        if (line_.paid_until)
            line.values["paid_until_at"] = to_seconds(*line_.paid_until);
        if (time_.suspect) {
            line.word = "clock_suspect";
            line.fix = Fix{"set_clock", "", "/settings", {}, {}};
            return line;
        }
        if (wallet >= price_) {
            line.word = "in_wallet";
            line.fix = Fix{"buy_term", "POST", of_line("terms"), {}, {}};
            return line;
        }
        if (const auto waiting = listing::unmatched_from(tx_, line_.subscriber_id)) {
            line.word = "unmatched";
            // Money of nobody belongs to no site: whoever sees some only can but tell the others.
            if (!scope_.is_everything())
                return line;
            line.values["payment_id"] = waiting->value;
            line.fix = Fix{"assign",
                           "POST",
                           fmt::format("/api/v1/payments/{}/assign", waiting->value),
                           {{"subscriber_id", line_.subscriber_id.value}},
                           {}};
            return line;
        }
        line.word = line_.paid_until ? "over" : wallet > Money() ? "part_paid" : "none_yet";
        line.fix = collect();
        // An older attempt says nothing about the time that is over now.
        const auto id = listing::last_attempt_of(tx_, line_.id);
        const auto attempt = id ? storage::find_attempt(tx_, *id) : std::nullopt;
        if (attempt && attempt->requested_at > line_.paid_until.value_or(UnixTime{}))
            tell(line, *attempt);
        return line;
    }

    static void tell(DiagnosisLine& line, const domain::PaymentAttempt& attempt)
    {
        line.values["attempt_id"] = attempt.id.value;
        line.values["requested_at"] = to_seconds(attempt.requested_at);
        switch (attempt.state) {
        case AttemptState::Requested:
        case AttemptState::Prompted:
            line.word = "prompt_open";
            break;
        case AttemptState::Unknown:
            line.word = "fate_unknown";
            break;
        case AttemptState::Failed:
            line.word = "failed";
            line.values["result_code"] = attempt.result_code.value_or("");
            return; // asking again is right
        case AttemptState::Succeeded:
            return;
        }
        line.fix =
            Fix{"look_at_attempt", "", fmt::format("/attempts/{}", attempt.id.value), {}, {}};
    }

    DiagnosisLine subscription()
    {
        DiagnosisLine line{"subscription", Health::Ok, "active", {}, std::nullopt};
        if (event_) {
            line.values["since_at"] = to_seconds(event_->at);
            if (!event_->reason.empty())
                line.values["reason"] = event_->reason;
        }
        if (line_.state == SubscriptionState::Suspended) {
            line.health = Health::Fail;
            line.word = "suspended";
            line.fix = Fix{"resume", "POST", of_line("resume"), {}, {"reason"}};
        } else if (line_.state == SubscriptionState::Terminated) {
            line.health = Health::Fail;
            line.word = "terminated";
            line.fix =
                Fix{"add_line",
                    "POST",
                    fmt::format("/api/v1/subscribers/{}/subscriptions", line_.subscriber_id.value),
                    {{"plan_code", line_.plan_code}},
                    {"username", "password"}};
        } else if (!is_paid_) {
            line.health = Health::Note; // the payment says it
            line.word = line_.paid_until ? "expired" : "pending";
        }
        return line;
    }

    DiagnosisLine radius()
    {
        DiagnosisLine line{"radius", Health::Note, "never_tried", {}, std::nullopt};
        if (listing::is_alert_open(tx_, "projection:" + line_.username)) {
            line.health = Health::Fail;
            line.word = "not_told"; // why stands in the alert
            line.fix = Fix{"new_password", "POST", of_line("password"), {}, {"password"}};
            return line;
        }
        if (listing::is_alert_open(tx_, "radius_db")) {
            line.health = Health::Fail;
            line.word = "stuck";
            line.fix = Fix{"look_at_alerts", "", "/alerts", {}, {}};
            return line;
        }
        if (!verdict_)
            return line;
        line.values = {{"last_at", to_seconds(verdict_->last_at)},
                       {"reason", verdict_->last_reason},
                       {"rejected_in_a_row", verdict_->rejected_in_a_row}};
        if (verdict_->last_calling_station)
            line.values["calling_station"] = *verdict_->last_calling_station;
        const bool accepted = verdict_->rejected_in_a_row == 0;
        const bool in_the_way = !accepted && verdict_->last_reason == "too many sessions";
        if ((full_ != nullptr && !in_the_way) || (accepted && verdict_->last_reason.empty())) {
            line.health = Health::Ok;
            line.word = "accepted";
            return line;
        }
        judge_refusal(line, verdict_->last_reason);
        return line;
    }

    void judge_refusal(DiagnosisLine& line, const std::string& reason)
    {
        const bool by_state =
            reason == "expired" || reason == "not paid yet" || reason == "suspended";
        if (by_state) {
            if (verdict_->rejected_in_a_row == 0) {
                line.word = "pay_page";
                return;
            }
            // The verdict was right when it was given; since then he has not tried again.
            const bool since = event_ && event_->at > verdict_->last_at;
            const bool now_right = is_live() && is_paid_;
            line.word = now_right && since ? "not_tried_since" : "as_it_should";
            if (now_right && !since) {
                line.health = Health::Fail;
                line.word = "old_verdict";
                line.fix = Fix{"look_at_alerts", "", "/alerts", {}, {}};
            }
            return;
        }
        line.health = Health::Fail;
        if (reason == "wrong password") {
            line.word = "wrong_password";
            line.fix = Fix{"new_password", "POST", of_line("password"), {}, {"password"}};
        } else if (reason == "wrong device") {
            line.word = "wrong_device";
            line.fix = Fix{"change_devices", "POST", of_line("devices"), {}, {"device_macs"}};
        } else if (reason == "too many sessions") {
            line.word = "too_many_sessions";
            line.values["open"] = static_cast<std::int64_t>(open_.size());
            if (!open_.empty())
                line.fix = hang_up(open_.front());
        } else {
            line.word = "refused";
        }
    }

    DiagnosisLine router()
    {
        DiagnosisLine line{"router", Health::Unknown, "not_known", {}, std::nullopt};
        std::optional<RouterId> id;
        if (last_)
            id = last_->name.router_id;
        if (verdict_ && (!last_ || verdict_->last_at > last_->started_at))
            if (const auto named = router_named(verdict_->last_router))
                id = named;
        const auto row = id ? storage::find_router(tx_, *id) : std::nullopt;
        if (!row) {
            if (!listing::has_router(tx_)) {
                line.health = Health::Fail;
                line.word = "none";
                line.fix = Fix{"add_router", "", "/routers", {}, {}};
            }
            return line;
        }
        line.values = {{"router_id", row->id.value}, {"router", row->name}};
        const auto heard_at = listing::router_heard_at(tx_, row->id, line_.id);
        if (heard_at)
            line.values["heard_at"] = to_seconds(*heard_at);
        if (!row->enabled) {
            line.health = Health::Fail;
            line.word = "switched_off";
            line.fix = Fix{"enable_router",
                           "PATCH",
                           fmt::format("/api/v1/routers/{}", row->id.value),
                           {{"enabled", true}},
                           {}};
        } else if (heard_at && *heard_at < time_.now - silence_) {
            line.health = Health::Fail;
            line.word = "silent";
            line.fix = Fix{"look_at_router", "", fmt::format("/routers/{}", row->id.value), {}, {}};
        } else if (listing::is_alert_open(tx_, fmt::format("router_coa:{}", row->id.value))) {
            line.health = full_ != nullptr ? Health::Note : Health::Fail;
            line.word = "no_coa";
            line.fix = Fix{"look_at_router", "", fmt::format("/routers/{}", row->id.value), {}, {}};
        } else {
            line.health = Health::Ok;
            line.word = "fine";
        }
        return line;
    }

    DiagnosisLine session()
    {
        DiagnosisLine line{"session", Health::Note, "never", {}, std::nullopt};
        const auto fill = [&](const storage::SessionRow& session) {
            line.values = {{"session_id", session.id.value},
                           {"started_at", to_seconds(session.started_at)},
                           {"heard_at", to_seconds(session.heard_at)}};
            if (session.framed_ipv4)
                line.values["ip"] = *session.framed_ipv4;
            if (session.stopped_at)
                line.values["ended_at"] = to_seconds(*session.stopped_at);
            if (session.terminate_cause)
                line.values["cause"] = *session.terminate_cause;
        };
        if (full_ != nullptr) {
            fill(*full_);
            const bool stale = full_->heard_at < time_.now - silence_;
            line.health = stale ? Health::Fail : Health::Ok;
            line.word = stale ? "stale" : "online";
            line.fix = hang_up(*full_);
        } else if (!open_.empty()) {
            fill(open_.back());
            const bool wrong = is_live() && is_paid_;
            line.health = wrong ? Health::Fail : Health::Note;
            line.word = "on_pay_page";
            line.fix = hang_up(open_.back());
        } else if (last_) {
            fill(*last_);
            line.word = "ended";
        }
        return line;
    }

    DiagnosisLine device()
    {
        DiagnosisLine line{"device", Health::Unknown, "never_seen", {}, std::nullopt};
        std::optional<UnixTime> seen_at;
        if (last_) {
            seen_at = last_->heard_at;
            line.values["calling_station"] = last_->name.calling_station;
        }
        if (verdict_ && (!seen_at || verdict_->last_at > *seen_at)) {
            seen_at = verdict_->last_at;
            if (verdict_->last_calling_station)
                line.values["calling_station"] = *verdict_->last_calling_station;
        }
        if (seen_at)
            line.values["seen_at"] = to_seconds(*seen_at);
        const auto redials = listing::sessions_since(tx_, line_.id, time_.now - kRedialWindow);
        if (redials >= kRedials) {
            line.health = Health::Fail;
            line.word = "redialing";
            line.values["times"] = redials;
            line.values["minutes"] = std::int64_t{kRedialWindow.count() / 60};
            line.fix = call();
            return line;
        }
        if (!open_.empty()) {
            line.health = Health::Ok;
            line.word = "online";
            return line;
        }
        line.fix = call();
        line.health = Health::Fail; // matters only where all before it is well
        if (!seen_at)
            return line;
        const std::string cause = last_ ? last_->terminate_cause.value_or("") : "";
        const bool tried_since =
            verdict_ && last_ && last_->stopped_at && verdict_->last_at > *last_->stopped_at;
        if (tried_since || !last_)
            line.word = "tried_and_gone";
        else if (cause == "user-request")
            line.word = "hung_up";
        else if (cause == "lost-carrier" || cause == "lost-service")
            line.word = "lost_carrier";
        else
            line.word = "gone";
        return line;
    }

    storage::ReadTx& tx_;
    const listing::ReadScope& scope_;
    const domain::Subscription line_;
    const TrustedTime time_;
    const Money price_;
    const std::optional<listing::LastEvent> event_;
    const std::optional<listing::AuthResultView> verdict_;
    const std::vector<storage::SessionRow> open_; // oldest first
    const std::optional<storage::SessionRow> last_;
    const Seconds silence_;
    const storage::SessionRow* full_ = nullptr;
    bool is_paid_ = false;
};

} // namespace

const DiagnosisLine* Diagnosis::first_failing() const
{
    const auto found = std::find_if(lines.begin(), lines.end(), [](const DiagnosisLine& line) {
        return line.health == Health::Fail;
    });
    return found == lines.end() ? nullptr : &*found;
}

std::optional<Diagnosis> diagnose(storage::ReadTx& tx, const Clock& clock,
                                  const listing::ReadScope& scope, SubscriptionId id)
{
    auto line = storage::find_subscription(tx, id);
    if (!line)
        return std::nullopt;
    return Doctor(tx, clock, scope, std::move(*line)).examine();
}

} // namespace mnara::usecases

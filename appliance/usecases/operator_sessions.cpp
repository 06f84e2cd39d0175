#include "usecases/operator_sessions.hpp"

#include "core/crypto.hpp"
#include "domain/ip_network.hpp"
#include "storage/alert_store.hpp"
#include "storage/operator_session_store.hpp"
#include "usecases/audit.hpp"
#include "usecases/operator_passwords.hpp"
#include "usecases/second_factor.hpp"
#include "usecases/settings.hpp"
#include "usecases/sign_in_lock.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mnara::usecases {

namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kLoginMax = 32;
constexpr std::size_t kAgentMax = 200;
// A cookie's last use is written at most this often, so that reading a page costs no write.
constexpr Seconds kTouchEvery{300};
// So long somebody who came by a link may set a password without the old one.
constexpr Seconds kLinkTrust{30 * 60};

using Answer = Result<SignedIn, SignInRefusal>;

struct Try // one, as it is written down
{
    std::string who, peer, agent;
};

Seconds idle_life(storage::ReadTx& tx)
{
    return Seconds{60 * std::stoi(setting(tx, "security.session_idle_minutes"))};
}

Seconds whole_life(storage::ReadTx& tx)
{
    return Seconds{3600 * std::stoi(setting(tx, "security.session_hours"))};
}

void write_down(storage::Tx& tx, const Try& attempt, const char* outcome, UnixTime now)
{
    storage::insert_sign_in(tx, attempt.who, attempt.peer, attempt.agent, outcome, now);
}

Answer locked(storage::Tx& tx, const Try& attempt, Seconds left, UnixTime now)
{
    write_down(tx, attempt, "locked", now);
    return refuse(SignInRefusal{SignInError::Locked, left});
}

// A stolen password is mostly used from somewhere else. The very first place is no news.
void tell_of_new_place(storage::Tx& tx, const storage::OperatorRow& row, const Try& attempt,
                       UnixTime now)
{
    const std::string place = domain::place_of(attempt.peer);
    const bool first = storage::operator_places(tx, row.login).empty();
    const bool is_new = storage::add_operator_place(tx, row.id, place, now);
    // The address itself is counted apart from its neighbours (usecases/sign_in_lock).
    (void)storage::add_operator_place(tx, row.id, domain::household_of(attempt.peer), now);
    if (!is_new || first)
        return;
    storage::open_alert(tx, fmt::format("sign_in:{}:{}", row.login, place), "notice",
                        fmt::format("{} ({}) signed in from {}, a network not seen before for this "
                                    "login, with {}. If that was nobody of yours: end the session "
                                    "and change the password",
                                    row.full_name, row.login, attempt.peer,
                                    attempt.agent.empty() ? "an unnamed program" : attempt.agent),
                        now);
}

SignedIn open_session(storage::Tx& tx, const Context& context, const storage::OperatorRow& row,
                      const Try& attempt, bool by_link, UnixTime now)
{
    write_down(tx, attempt, by_link ? "link" : "ok", now);
    tell_of_new_place(tx, row, attempt, now);
    SignedIn signed_in{operator_of(row), crypto::to_base64url(context.random.bytes(kTokenBytes)),
                       crypto::to_base64url(context.random.bytes(kTokenBytes)), whole_life(tx)};
    storage::TokenRow token;
    token.token_hash = crypto::hash(signed_in.cookie_token);
    token.operator_id = row.id;
    token.kind = "cookie";
    token.csrf_token = signed_in.csrf_token;
    token.peer = attempt.peer;
    token.user_agent = attempt.agent;
    token.by_link = by_link;
    token.valid_until = now + std::min(idle_life(tx), whole_life(tx));
    storage::insert_token(tx, token, now);
    return signed_in;
}

// Behind a right password or link. Writes the try down where it ends here.
std::optional<SignInRefusal> ask_second_factor(storage::Tx& tx, const Context& context,
                                               const storage::OperatorRow& row, const Try& attempt,
                                               const std::string& code, UnixTime now)
{
    if (!row.totp_confirmed)
        return std::nullopt;
    if (code.empty()) {
        write_down(tx, attempt, "second_factor", now);
        return SignInRefusal{SignInError::SecondFactor};
    }
    if (use_code(tx, context, row, code))
        return std::nullopt;
    write_down(tx, attempt, "wrong_code", now);
    return SignInRefusal{SignInError::Wrong};
}

bool needs_second_factor(storage::ReadTx& tx, const std::string& role)
{
    const std::string roles = ' ' + setting(tx, "security.second_factor_roles") + ' ';
    return roles.find(' ' + role + ' ') != std::string::npos;
}

} // namespace

Result<SignedIn, SignInRefusal> sign_in(const Context& context, const std::string& login,
                                        const std::string& password, const std::string& peer,
                                        const std::string& user_agent, const std::string& code)
{
    // What a stranger types is kept no longer than a login can be.
    const Try attempt{login_of(login.substr(0, kLoginMax + 1)), peer,
                      user_agent.substr(0, kAgentMax)};
    std::optional<storage::OperatorRow> row;
    const auto left = context.db.read([&](storage::ReadTx& tx) {
        row = storage::find_operator(tx, attempt.who);
        return lock_left(tx, attempt.who, attempt.peer, context.clock.now());
    });
    if (left) // how many may come is http's business (http/rate_limit)
        return context.db.write(
            [&](storage::Tx& tx) { return locked(tx, attempt, *left, context.clock.now()); });
    const bool right = password_matches(password, row ? row->password_hash : std::nullopt);
    return context.db.write([&](storage::Tx& tx) -> Answer {
        const UnixTime now = context.clock.now();
        // Tries at the same moment all passed the first look; none may pass the limit.
        if (const auto left_now = lock_left(tx, attempt.who, attempt.peer, now))
            return locked(tx, attempt, *left_now, now);
        const auto row_now = row ? storage::find_operator(tx, row->login) : std::nullopt;
        if (!right || !row_now || row_now->password_hash != row->password_hash) {
            write_down(tx, attempt, "wrong", now);
            return refuse(SignInRefusal{SignInError::Wrong});
        }
        if (const auto refusal = ask_second_factor(tx, context, *row_now, attempt, code, now))
            return refuse(*refusal);
        return open_session(tx, context, *row_now, attempt, false, now);
    });
}

Result<SignedIn, SignInRefusal> sign_in_by_link(const Context& context, const std::string& token,
                                                const std::string& peer,
                                                const std::string& user_agent,
                                                const std::string& code)
{
    const std::string token_hash = crypto::hash(token);
    return context.db.write([&](storage::Tx& tx) -> Answer {
        const UnixTime now = context.clock.now();
        Try attempt{"", peer, user_agent.substr(0, kAgentMax)};
        const auto found = storage::find_token(tx, token_hash, now);
        if (!found || found->kind != "link") {
            write_down(tx, attempt, "wrong_link", now);
            return refuse(SignInRefusal{SignInError::Wrong});
        }
        attempt.who = found->owner.login;
        if (found->owner.totp_confirmed)
            if (const auto left = lock_left(tx, attempt.who, attempt.peer, now))
                return locked(tx, attempt, *left, now);
        if (const auto refusal = ask_second_factor(tx, context, found->owner, attempt, code, now))
            return refuse(*refusal);
        storage::revoke_token(tx, token_hash, now);
        return open_session(tx, context, found->owner, attempt, true, now);
    });
}

void note_refused_sign_in(const Context& context, const std::string& login, const std::string& peer,
                          const std::string& user_agent)
{
    const Try attempt{login_of(login.substr(0, kLoginMax + 1)), peer,
                      user_agent.substr(0, kAgentMax)};
    context.db.write(
        [&](storage::Tx& tx) { write_down(tx, attempt, "not_allowed", context.clock.now()); });
}

void sign_out(const Context& context, const std::string& cookie_token)
{
    context.db.write([&](storage::Tx& tx) {
        storage::revoke_token(tx, crypto::hash(cookie_token), context.clock.now());
    });
}

std::optional<Authenticated> authenticate(const Context& context, const std::string& token,
                                          bool is_use)
{
    const std::string token_hash = crypto::hash(token);
    const UnixTime now = context.clock.now();
    bool must_enrol = false;
    Seconds idle{0};
    Seconds whole{0};
    const auto found = context.db.read([&](storage::ReadTx& tx) {
        auto owner = storage::find_token(tx, token_hash, now);
        if (owner && owner->kind == "cookie") {
            must_enrol = !owner->owner.totp_confirmed && needs_second_factor(tx, owner->owner.role);
            idle = idle_life(tx);
            whole = whole_life(tx);
        }
        return owner;
    });
    if (!found || found->kind == "link")
        return std::nullopt;
    const bool by_cookie = found->kind == "cookie";
    if (by_cookie && now >= found->created_at + whole)
        return std::nullopt; // the setting may have become shorter since
    if (is_use && by_cookie && now - found->last_seen_at >= std::min(kTouchEvery, idle / 4)) {
        try {
            context.db.write([&](storage::Tx& tx) {
                storage::touch_token(tx, token_hash, now,
                                     std::min(now + idle, found->created_at + whole));
            });
        } catch (const storage::StorageError&) {
            // A full disk must not lock out whoever comes to see why.
            context.log.warning("operator.not_touched", "the use of a session was not noted");
        }
    }
    return Authenticated{operator_of(found->owner),
                         by_cookie,
                         found->csrf_token,
                         found->number,
                         found->by_link && now < found->created_at + kLinkTrust,
                         found->owner.password_hash.has_value(),
                         found->owner.totp_confirmed,
                         must_enrol};
}

Result<Done, SignInRefusal> check_password(const Context& context, const Operator& op,
                                           const std::string& password,
                                           const std::string& user_agent)
{
    using Checked = Result<Done, SignInRefusal>;
    const Try attempt{op.login, context.peer, user_agent.substr(0, kAgentMax)};
    std::optional<storage::OperatorRow> row;
    const auto left = context.db.read([&](storage::ReadTx& tx) {
        row = storage::find_operator(tx, op.id);
        return lock_left(tx, attempt.who, attempt.peer, context.clock.now());
    });
    if (left)
        return refuse(SignInRefusal{SignInError::Locked, *left});
    const bool right = password_matches(password, row ? row->password_hash : std::nullopt);
    return context.db.write([&](storage::Tx& tx) -> Checked {
        const UnixTime now = context.clock.now();
        // Tries at the same moment all passed the first look.
        if (const auto left_now = lock_left(tx, attempt.who, attempt.peer, now))
            return refuse(SignInRefusal{SignInError::Locked, *left_now});
        if (right)
            return Done{};
        write_down(tx, attempt, "wrong", now);
        return refuse(SignInRefusal{SignInError::Wrong});
    });
}

bool end_session(storage::Tx& tx, const Context& context, std::int64_t number,
                 std::optional<OperatorId> of, const std::string& actor)
{
    if (!storage::revoke_token(tx, number, of, context.clock.now()))
        return false;
    audit(tx, context, actor, "ended", "operator_session", number, "");
    return true;
}

int end_other_sessions(storage::Tx& tx, const Context& context, const Operator& op,
                       std::int64_t except)
{
    const int ended = storage::revoke_sessions(tx, op.id, except, context.clock.now());
    audit(tx, context, actor_of(op), "ended_others", "operator_session", except,
          audit_fields({{"count", std::int64_t{ended}}}));
    return ended;
}

} // namespace mnara::usecases

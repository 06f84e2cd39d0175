#include "usecases/operators.hpp"

#include "core/crypto.hpp"
#include "storage/operator_store.hpp"
#include "usecases/audit.hpp"

#include <algorithm>
#include <array>
#include <semaphore>

namespace mnara::usecases {

namespace {

constexpr std::array<std::string_view, 6> kRoles{"owner",      "manager",  "cashier",
                                                 "technician", "reseller", "viewer"};
constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kPasswordMin = 10;
constexpr std::size_t kPasswordMax = 1024; // bytes
constexpr std::size_t kLoginMax = 32;
constexpr std::size_t kPeerTextMax = 200;
constexpr Seconds kLinkLife{30 * 60};
constexpr Seconds kCookieLife{12 * 3600};
// A cookie's last use is written at most this often, so that reading a page costs no write.
constexpr Seconds kTouchEvery{300};
constexpr std::size_t kWrongTriesMax = 5;
constexpr Seconds kLockTime{15 * 60};

// One run takes 64 MiB and a core for 60 ms: more at once would starve the rest of a small box.
std::counting_semaphore<2>& argon2_slots()
{
    static std::counting_semaphore<2> slots(2);
    return slots;
}

class Argon2Slot
{
public:
    Argon2Slot() { argon2_slots().acquire(); }
    ~Argon2Slot() { argon2_slots().release(); }
    Argon2Slot(const Argon2Slot&) = delete;
    Argon2Slot& operator=(const Argon2Slot&) = delete;
};

std::string hash_of(const std::string& password)
{
    const Argon2Slot slot;
    return crypto::hash_password(password);
}

bool matches(const std::string& password, const std::optional<std::string>& stored)
{
    // Unknown logins cost the same run, so that the time tells nobody which logins exist.
    static const std::string nobody = hash_of("nobody has this password");
    const Argon2Slot slot;
    return crypto::verify_password(password, stored.value_or(nobody)) && stored.has_value();
}

std::string lower(std::string text)
{
    for (char& c : text)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return text;
}

bool is_login(std::string_view login)
{
    return login.size() >= 2 && login.size() <= kLoginMax &&
           std::all_of(login.begin(), login.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                      c == '-';
           });
}

Operator operator_of(const storage::OperatorRow& row)
{
    return {row.id, row.login, row.full_name, role(row.role).value()};
}

// Five within fifteen minutes, and the fifth of them less than fifteen minutes ago.
bool locks(const std::vector<UnixTime>& wrong, UnixTime now)
{
    for (std::size_t last = kWrongTriesMax - 1; last < wrong.size(); ++last)
        if (wrong[last] - wrong[last - (kWrongTriesMax - 1)] <= kLockTime &&
            now - wrong[last] < kLockTime)
            return true;
    return false;
}

bool is_locked(storage::ReadTx& tx, const std::string& login, const std::string& peer, UnixTime now)
{
    const UnixTime since = now - 2 * kLockTime;
    return locks(storage::wrong_tries_of_login(tx, login, since, now), now) ||
           locks(storage::wrong_tries_of_peer(tx, peer, since, now), now);
}

SignedIn open_session(storage::Tx& tx, const Context& context, const storage::OperatorRow& row,
                      const std::string& peer, const std::string& user_agent, UnixTime now)
{
    SignedIn signed_in{operator_of(row), crypto::to_base64url(context.random.bytes(kTokenBytes)),
                       crypto::to_base64url(context.random.bytes(kTokenBytes))};
    storage::insert_token(tx,
                          {crypto::hash(signed_in.cookie_token), row.id, "cookie",
                           signed_in.csrf_token, peer, user_agent, now + kCookieLife},
                          now);
    return signed_in;
}

Result<std::string, OperatorError> make_token(const Context& context, const std::string& login,
                                              const std::string& kind, std::optional<Seconds> life)
{
    using Made = Result<std::string, OperatorError>;
    return context.db.write([&](storage::Tx& tx) -> Made {
        const UnixTime now = context.clock.now();
        const auto row = storage::find_operator(tx, lower(login));
        if (!row)
            return refuse(OperatorError::UnknownOperator);
        std::string token = crypto::to_base64url(context.random.bytes(kTokenBytes));
        std::optional<UnixTime> until;
        if (life)
            until = now + *life;
        storage::insert_token(
            tx, {crypto::hash(token), row->id, kind, std::nullopt, "console", std::nullopt, until},
            now);
        audit(tx, context, "system:console", "operator." + kind + "_made", "operator",
              row->id.value, row->login);
        return token;
    });
}

} // namespace

std::string_view to_text(Role role)
{
    return kRoles[static_cast<std::size_t>(role)];
}

std::optional<Role> role(std::string_view text)
{
    const auto* found = std::find(kRoles.begin(), kRoles.end(), text);
    if (found == kRoles.end())
        return std::nullopt;
    return static_cast<Role>(found - kRoles.begin());
}

std::string actor_of(const Operator& op)
{
    return "operator:" + std::to_string(op.id.value);
}

Result<OperatorId, OperatorError> add_operator(const Context& context, const std::string& login,
                                               const std::string& full_name, Role role,
                                               const std::optional<std::string>& password)
{
    storage::OperatorRow row{{}, lower(login), full_name, std::string(to_text(role)), std::nullopt};
    if (!is_login(row.login) || full_name.empty())
        return refuse(OperatorError::BadLogin);
    if (password) {
        if (password->size() < kPasswordMin || password->size() > kPasswordMax ||
            lower(*password) == row.login)
            return refuse(OperatorError::WeakPassword);
        row.password_hash = hash_of(*password);
    }
    using Added = Result<OperatorId, OperatorError>;
    return context.db.write([&](storage::Tx& tx) -> Added {
        const auto id = storage::insert_operator(tx, row, context.clock.now());
        if (!id)
            return refuse(OperatorError::LoginTaken);
        audit(tx, context, "system:console", "operator.added", "operator", id->value,
              row.login + " as " + row.role);
        return *id;
    });
}

Result<std::string, OperatorError> make_sign_in_link(const Context& context,
                                                     const std::string& login)
{
    return make_token(context, login, "link", kLinkLife);
}

Result<std::string, OperatorError> make_program_token(const Context& context,
                                                      const std::string& login)
{
    return make_token(context, login, "token", std::nullopt);
}

Result<SignedIn, SignInError> sign_in(const Context& context, const std::string& login,
                                      const std::string& password, const std::string& peer,
                                      const std::string& user_agent)
{
    // What a stranger types is kept no longer than a login can be.
    const std::string who = lower(login.substr(0, kLoginMax + 1));
    const std::string agent = user_agent.substr(0, kPeerTextMax);
    std::optional<storage::OperatorRow> row;
    const bool locked = context.db.read([&](storage::ReadTx& tx) {
        row = storage::find_operator(tx, who);
        return is_locked(tx, who, peer, context.clock.now());
    });
    // Not written down: a flood of tries during a lock must not fill the disk.
    if (locked)
        return refuse(SignInError::Locked);
    const bool right = password.size() <= kPasswordMax &&
                       matches(password, row ? row->password_hash : std::nullopt);
    using Answer = Result<SignedIn, SignInError>;
    return context.db.write([&](storage::Tx& tx) -> Answer {
        const UnixTime now = context.clock.now();
        // Tries at the same moment all passed the first look; none may pass the limit.
        if (is_locked(tx, who, peer, now))
            return refuse(SignInError::Locked);
        storage::insert_sign_in(tx, who, peer, agent, right ? "ok" : "wrong", now);
        if (!right)
            return refuse(SignInError::Wrong);
        return open_session(tx, context, *row, peer, agent, now);
    });
}

Result<SignedIn, SignInError> sign_in_by_link(const Context& context, const std::string& token,
                                              const std::string& peer,
                                              const std::string& user_agent)
{
    const std::string token_hash = crypto::hash(token);
    const std::string agent = user_agent.substr(0, kPeerTextMax);
    using Answer = Result<SignedIn, SignInError>;
    return context.db.write([&](storage::Tx& tx) -> Answer {
        const UnixTime now = context.clock.now();
        const auto found = storage::find_token(tx, token_hash, now);
        if (!found || found->kind != "link")
            return refuse(SignInError::Wrong);
        storage::revoke_token(tx, token_hash, now);
        storage::insert_sign_in(tx, found->owner.login, peer, agent, "link", now);
        return open_session(tx, context, found->owner, peer, agent, now);
    });
}

void sign_out(const Context& context, const std::string& cookie_token)
{
    context.db.write([&](storage::Tx& tx) {
        storage::revoke_token(tx, crypto::hash(cookie_token), context.clock.now());
    });
}

std::optional<Authenticated> authenticate(const Context& context, const std::string& token)
{
    const std::string token_hash = crypto::hash(token);
    const UnixTime now = context.clock.now();
    const auto found = context.db.read(
        [&](storage::ReadTx& tx) { return storage::find_token(tx, token_hash, now); });
    if (!found || found->kind == "link")
        return std::nullopt;
    const bool by_cookie = found->kind == "cookie";
    if (by_cookie && now - found->last_seen_at >= kTouchEvery) {
        try {
            context.db.write([&](storage::Tx& tx) {
                storage::touch_token(tx, token_hash, now, now + kCookieLife);
            });
        } catch (const storage::StorageError&) {
            // A full disk must not lock out whoever comes to see why.
            context.log.warning("operator.not_touched", "the use of a session was not noted");
        }
    }
    return Authenticated{operator_of(found->owner), by_cookie, found->csrf_token};
}

} // namespace mnara::usecases
